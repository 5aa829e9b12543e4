// The sign-in pages, as a person fills them in.
export const signIn = async (page, start, login, password) => {
  const fill = async (field, text) => {
    const input = await page.waitForSelector(`${field}:not(.moveOffScreen)`);
    await input.type(text);
    await page.click('#idSIButton9');
  };
  await page.goto(start);
  await fill('#i0116', login);
  await fill('#i0118', password);
  await page.waitForSelector('#KmsiDescription');
  await page.click('#idSIButton9');
  await page.waitForSelector('[role="option"]');
};
