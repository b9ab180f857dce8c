package dev.portcullis.rooms.authorizer;

/** What the application says about a user and a room. */
public enum AuthorizerAnswer {
    ALLOWED,
    REFUSED,
    /** No answer, or none that can be understood. */
    UNANSWERED
}
