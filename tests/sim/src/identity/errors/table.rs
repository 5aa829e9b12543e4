//! The numbers that a client meets, with what comes along. Texts follow answers seen in the wild, else the
//! platform's reference.

use serde_json::json;

/// One AADSTS number.
pub(super) struct Known {
    pub(super) code: u32,
    pub(super) error: &'static str,
    pub(super) suberror: Option<&'static str>,
    pub(super) text: &'static str,
}

impl Known {
    /// What a policy wants of the next sign-in, where a person has to act.
    pub(super) fn claims(&self) -> Option<String> {
        let acts = ["basic_action", "additional_action"].map(Some).contains(&self.suberror);
        let policy = json!({"essential": true, "values": ["a1b2c3d4-0000-4000-8000-00000000c001"]});
        acts.then(|| json!({"access_token": {"capolids": policy}}).to_string())
    }
}

const fn plain(code: u32, error: &'static str, text: &'static str) -> Known {
    Known { code, error, suberror: None, text }
}

const fn sub(code: u32, error: &'static str, suberror: &'static str, text: &'static str) -> Known {
    Known { code, error, suberror: Some(suberror), text }
}

const GRANT: &str = "invalid_grant";
const CLIENT: &str = "invalid_client";
const UNAUTHORIZED: &str = "unauthorized_client";
const REQUEST: &str = "invalid_request";
const SCOPE: &str = "invalid_scope";
const RESOURCE: &str = "invalid_resource";
const BUSY: &str = "temporarily_unavailable";

pub(super) const KNOWN: &[Known] = &[
    // The grant is dead: the person signs in again.
    plain(50_089, GRANT, "Authentication failed due to flow token expired."),
    sub(50_133, GRANT, "bad_token", "Session is invalid due to expiration or recent password change."),
    sub(
        50_173,
        GRANT,
        "bad_token",
        "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '2026-01-01T12:24:29.9095532Z' and the TokensValidFrom date (before which tokens are not valid) for this user is '2026-01-02T08:24:12.0000000Z'.",
    ),
    plain(
        54_005,
        GRANT,
        "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
    ),
    plain(
        70_000,
        GRANT,
        "The user could not be authenticated as the grant is expired. The user must sign in again.",
    ),
    plain(
        70_008,
        GRANT,
        "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
    ),
    sub(
        70_043,
        GRANT,
        "token_expired",
        "The refresh token has expired or is invalid due to sign-in frequency checks by conditional access. The token was issued on 2026-01-01T08:42:23.0610240Z and the maximum allowed lifetime for this request is 43200.",
    ),
    plain(
        700_005,
        GRANT,
        "Provided Authorization Code is intended to use against other tenant, thus rejected. OAuth2 Authorization Code must be redeemed against same tenant it was acquired for (/common or /{tenant-ID} as appropriate).",
    ),
    sub(
        700_082,
        GRANT,
        "bad_token",
        "The refresh token has expired due to inactivity. The token was issued on 2026-01-01T08:42:23.0610240Z and was inactive for 90.00:00:00.",
    ),
    sub(
        700_084,
        GRANT,
        "bad_token",
        "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on 2026-01-01T08:42:23.0610240Z.",
    ),
    plain(
        9_002_327,
        REQUEST,
        "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
    ),
    sub(9_002_313, GRANT, "bad_token", "Invalid request. Request is malformed or invalid."),
    plain(
        501_481,
        GRANT,
        "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
    ),
    // A person has to act.
    sub(
        50_072,
        GRANT,
        "basic_action",
        "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.",
    ),
    sub(50_074, GRANT, "basic_action", "Strong Authentication is required."),
    sub(
        50_076,
        GRANT,
        "basic_action",
        "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.",
    ),
    sub(
        50_078,
        GRANT,
        "basic_action",
        "Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.",
    ),
    sub(
        50_079,
        GRANT,
        "basic_action",
        "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '00000003-0000-0000-c000-000000000000'.",
    ),
    sub(
        50_158,
        "interaction_required",
        "additional_action",
        "External security challenge not satisfied. User will be redirected to another page or authentication provider to satisfy additional authentication challenges.",
    ),
    plain(50_055, GRANT, "The password is expired."),
    plain(50_057, GRANT, "The user account is disabled."),
    plain(50_058, "login_required", "A silent sign-in request was sent but no user is signed in."),
    // A policy says no.
    sub(
        53_000,
        GRANT,
        "message_only",
        "Device is not in required device state: compliant. Conditional Access policy requires a compliant device, and the device is not compliant. The user must enroll their device with an approved MDM provider like Intune.",
    ),
    sub(
        53_001,
        GRANT,
        "message_only",
        "Device is not in required device state: domain_joined. Conditional Access policy requires a domain joined device, and the device is not domain joined.",
    ),
    sub(
        53_003,
        GRANT,
        "message_only",
        "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
    ),
    sub(
        530_032,
        GRANT,
        "message_only",
        "Your tenant admin has configured a security policy that blocks this request.",
    ),
    // Consent.
    sub(
        65_001,
        GRANT,
        "consent_required",
        "The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.",
    ),
    plain(65_004, "access_denied", "User declined to consent to access the app."),
    plain(
        90_094,
        GRANT,
        "The grant requires administrator permission. An administrator of the organization must grant it.",
    ),
    plain(90_095, GRANT, "Admin consent is required. The user must ask an administrator for approval."),
    plain(900_941, GRANT, "An administrator must consent to this application before it can be used."),
    // The registration of the application is wrong.
    plain(50_012, CLIENT, "Authentication failed: the client assertion contains an invalid signature."),
    plain(
        7_000_215,
        CLIENT,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to the app.",
    ),
    plain(
        7_000_218,
        CLIENT,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    ),
    plain(
        7_000_222,
        CLIENT,
        "The provided client secret keys are expired. Create new keys for your app, or consider using certificate credentials for added security.",
    ),
    plain(
        700_025,
        CLIENT,
        "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    ),
    plain(700_024, CLIENT, "Client assertion is not within its valid time range."),
    plain(700_027, CLIENT, "Client assertion failed signature validation."),
    plain(
        50_011,
        REQUEST,
        "The redirect URI specified in the request does not match the redirect URIs configured for the application.",
    ),
    plain(
        50_020,
        UNAUTHORIZED,
        "User account from identity provider does not exist in the tenant and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first.",
    ),
    plain(
        50_194,
        UNAUTHORIZED,
        "Application is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such applications created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
    ),
    plain(70_001, UNAUTHORIZED, "The application is disabled."),
    plain(
        700_011,
        UNAUTHORIZED,
        "Application was not found in the directory. A client application requested a token from your tenant, but the client app doesn't exist in your tenant, so the call failed.",
    ),
    plain(
        700_016,
        UNAUTHORIZED,
        "Application was not found in the directory. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
    ),
    plain(7_000_112, UNAUTHORIZED, "Application is disabled."),
    plain(
        9_002_332,
        UNAUTHORIZED,
        "Application is configured for use by Microsoft Entra users only. Please do not use the /consumers endpoint to serve this request.",
    ),
    plain(
        9_002_331,
        UNAUTHORIZED,
        "Application is configured for use by Microsoft Account users only. Please use the /consumers endpoint to serve this request.",
    ),
    // Scope or resource.
    plain(
        28_000,
        SCOPE,
        "Provided value for the input parameter scope is not valid because it contains more than one resource.",
    ),
    plain(
        28_002,
        SCOPE,
        "Provided value for the input parameter scope is not valid when requesting an access token. Please specify a valid scope.",
    ),
    plain(
        28_003,
        SCOPE,
        "Provided value for the input parameter scope cannot be empty when requesting an access token using the provided authorization code. Please specify a valid scope.",
    ),
    plain(70_011, SCOPE, "The provided value for the input parameter 'scope' is not valid."),
    plain(
        700_022,
        SCOPE,
        "The provided value for the input parameter scope is not valid because it contains more than one resource.",
    ),
    plain(
        700_023,
        SCOPE,
        "The provided value for the input parameter scope is not valid when requesting an access token.",
    ),
    plain(
        500_011,
        RESOURCE,
        "The resource principal was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.",
    ),
    plain(
        650_057,
        RESOURCE,
        "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration.",
    ),
    // The request is malformed.
    plain(50_049, "invalid_instance", "Unknown or invalid instance."),
    plain(50_147, REQUEST, "The size of the code challenge parameter isn't valid."),
    plain(501_491, REQUEST, "Invalid size of Code_Challenge parameter."),
    plain(70_003, "unsupported_grant_type", "The app requested an unsupported grant type."),
    plain(70_005, "unsupported_response_type", "The app requested an unsupported response type."),
    plain(70_007, REQUEST, "The app requested an unsupported value of 'response_mode'."),
    plain(
        90_002,
        REQUEST,
        "Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
    ),
    plain(
        90_005,
        REQUEST,
        "Unable to complete the request. The identifier and login hint can't be used together.",
    ),
    plain(90_014, REQUEST, "The required field 'request' is missing from the credential."),
    plain(90_023, REQUEST, "The authentication service request isn't valid."),
    plain(900_144, REQUEST, "The request body is missing a parameter."),
    plain(9_000_411, REQUEST, "The request is not properly formatted. A parameter is duplicated."),
    // The device code flow.
    plain(
        50_134,
        GRANT,
        "Wrong data center. To authorize a request that was initiated by an app in the OAuth 2.0 device flow, the authorizing party must be in the same data center where the original request resides.",
    ),
    plain(
        50_196,
        GRANT,
        "The server terminated an operation because it encountered a loop while processing a request.",
    ),
    plain(
        70_016,
        "authorization_pending",
        "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
    ),
    plain(
        70_018,
        "bad_verification_code",
        "Invalid verification code due to User typing in wrong user code for device code flow. Authorization is not approved.",
    ),
    plain(70_019, "expired_token", "Verification code expired."),
    plain(90_119, REQUEST, "The user code is null or empty."),
    plain(90_120, REQUEST, "The request was already authorized or declined."),
    // It passes by itself.
    plain(50_033, BUSY, "A transient error has occurred. Please try again."),
    plain(50_087, BUSY, "A transient error has occurred during strong authentication. Please try again."),
    plain(
        70_012,
        BUSY,
        "A server error occurred while authenticating an MSA (consumer) user. Please try again.",
    ),
    plain(90_006, BUSY, "The service is temporarily unavailable."),
    plain(90_012, BUSY, "The request has timed out."),
    plain(90_024, BUSY, "A transient error has occurred. Please try again."),
    plain(90_033, BUSY, "A transient error has occurred. Please try again."),
    plain(90_055, BUSY, "There are too many incoming requests. Please try again later."),
    plain(90_090, BUSY, "The service is temporarily unavailable."),
];
