use super::{CHUNK, chunks, places};

#[test]
fn the_last_chunk_is_filled_up_with_its_last_value() {
    let values: Vec<String> = (0..CHUNK + 2).map(|n| n.to_string()).collect();
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let pieces = chunks(&values);
    assert_eq!(pieces.iter().map(Vec::len).collect::<Vec<_>>(), [CHUNK, CHUNK]);
    assert_eq!(pieces[0], values[..CHUNK]);
    assert_eq!(pieces[1][..2], values[CHUNK..]);
    assert!(pieces[1][2..].iter().all(|value| *value == values[CHUNK + 1]));
    assert!(chunks::<str>(&[]).is_empty());
}

#[test]
fn places_are_counted_from_the_first() {
    let text = places(3);
    assert!(text.starts_with("$3, $4, "), "{text}");
    assert!(text.ends_with(&format!("${}", CHUNK + 2)), "{text}");
}
