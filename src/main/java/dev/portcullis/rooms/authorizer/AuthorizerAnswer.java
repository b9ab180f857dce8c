package dev.portcullis.rooms.authorizer;

/** The application's answer about a user and a room, or a recipient. */
public enum AuthorizerAnswer {
    ALLOWED,
    REFUSED,
    /** The application gave no answer, or none that can be understood. */
    UNANSWERED
}
