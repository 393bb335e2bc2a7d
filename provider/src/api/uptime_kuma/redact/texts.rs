//! The texts of refusals that were seen in recordings of 1.23.17 and 2.5.3.

use super::super::error::Reason;

/// Whole texts. The second column is what is said instead, where the server's word is a key of its translations or would
/// not be understood.
pub(super) const KNOWN: [(&str, Reason, &str); 38] = [
    (
        "You are not logged in.",
        Reason::NotLoggedIn,
        "the connection is not logged in",
    ),
    (
        "authIncorrectCreds",
        Reason::Credentials,
        "the user name or the password is wrong",
    ),
    (
        "Incorrect username or password.",
        Reason::Credentials,
        "the user name or the password is wrong",
    ),
    (
        "Incorrect current password",
        Reason::Credentials,
        "the current password is wrong",
    ),
    (
        "authInvalidToken",
        Reason::Token,
        "the token or one-time code is not accepted",
    ),
    ("Invalid token.", Reason::Token, "the token is not accepted"),
    ("Invalid Token!", Reason::Token, "the one-time code is not accepted"),
    ("Invalid Token.", Reason::Token, "the one-time code is not accepted"),
    (
        "authUserInactiveOrDeleted",
        Reason::Token,
        "the user is inactive or was deleted",
    ),
    (
        "The user is inactive or deleted.",
        Reason::Token,
        "the user is inactive or was deleted",
    ),
    (
        "Too frequently, try again later.",
        Reason::TooFrequent,
        "too many logins in a minute (20 for all users together)",
    ),
    (
        "Uptime Kuma has been initialized. If you want to run setup again, please delete the database.",
        Reason::Taken,
        "the first administrator exists already",
    ),
    ("passwordTooWeak", Reason::Invalid, "the password is too weak"),
    (
        "2faAlreadyEnabled",
        Reason::Taken,
        "two-factor login is enabled already",
    ),
    (
        "2FA is already enabled.",
        Reason::Taken,
        "two-factor login is enabled already",
    ),
    (
        "You do not own this monitor.",
        Reason::MaybeGone,
        "there is no such monitor, or it belongs to another user",
    ),
    ("Permission denied.", Reason::Other, "permission denied"),
    (
        "notification not found",
        Reason::MaybeGone,
        "there is no such notification",
    ),
    ("proxy not found", Reason::MaybeGone, "there is no such proxy"),
    (
        "docker host not found",
        Reason::MaybeGone,
        "there is no such docker host",
    ),
    (
        "Remote browser not found",
        Reason::MaybeGone,
        "there is no such remote browser",
    ),
    (
        "Remote Browser not found",
        Reason::MaybeGone,
        "there is no such remote browser",
    ),
    ("tagNotFound", Reason::MaybeGone, "there is no such tag"),
    ("Tag not found", Reason::MaybeGone, "there is no such tag"),
    (
        "Maintenance not found",
        Reason::MaybeGone,
        "there is no such maintenance",
    ),
    ("No slug?", Reason::MaybeGone, "there is no such status page"),
    ("slug is not found", Reason::MaybeGone, "there is no such status page"),
    (
        "Status Page is not found",
        Reason::MaybeGone,
        "there is no such status page",
    ),
    (
        "Incident not found or access denied",
        Reason::MaybeGone,
        "there is no such incident",
    ),
    ("Invalid Slug", Reason::Invalid, "the slug is not valid"),
    ("Please input all fields", Reason::Invalid, "a field is empty"),
    ("Invalid array", Reason::Invalid, "a list is missing"),
    (
        "Invalid analytics type",
        Reason::Invalid,
        "the kind of analytics is not known",
    ),
    (
        "Only allowed PNG logo.",
        Reason::Invalid,
        "an icon must be a PNG picture",
    ),
    (
        "Invalid Monitor Group",
        Reason::Invalid,
        "the parent group is the monitor itself or below it",
    ),
    (
        "Notification type is not supported",
        Reason::Invalid,
        "the type of the notification is not known",
    ),
    (
        "Accepted status codes are not all strings",
        Reason::Invalid,
        "the accepted status codes are not all texts",
    ),
    (
        "monitor.accepted_statuscodes.every is not a function",
        Reason::Invalid,
        "the accepted status codes are no list",
    ),
];

/// Texts that name a bound of the server, or say what it wants. They hold digits of the server's own, or of a number.
pub(super) const BOUNDS: [&str; 11] = [
    "Password is too weak.",
    "Interval cannot be less than",
    "Retry interval cannot be less than",
    "Interval cannot be more than",
    "Retry interval cannot be more than",
    "Timeout must be between",
    "Echo requests count must be between",
    "Packet size must be between",
    "Screenshot delay must be less than",
    "Response max length cannot be",
    "Per-request timeout",
];

/// Beginnings of texts that go on with a value.
pub(super) const BEGINNINGS: [(&str, Reason, &str); 8] = [
    (
        "Headers must be valid JSON",
        Reason::Invalid,
        "the headers are not valid JSON",
    ),
    (
        "Invalid JSON in database query",
        Reason::Invalid,
        "the database query is not valid JSON",
    ),
    (
        "CronPattern:",
        Reason::Invalid,
        "the cron pattern is not valid, or the strategy is not known",
    ),
    (
        "Invalid service name",
        Reason::Invalid,
        "the name of the service is not valid",
    ),
    (
        "Service Name is required",
        Reason::Invalid,
        "the name of the service is missing",
    ),
    (
        "PM2 process name is required",
        Reason::Invalid,
        "the name of the process is missing",
    ),
    ("Cannot read properties of null", Reason::MaybeGone, "it may be gone"),
    (
        "Cannot set properties of null",
        Reason::MaybeGone,
        "something it refers to may be gone",
    ),
];

/// Names of failures below HTTP, as Node writes them.
pub(super) const CODES: [&str; 10] = [
    "ECONNREFUSED",
    "ECONNRESET",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ENOENT",
    "EACCES",
    "EPROTO",
];
