package dev.portcullis.cluster.history;

/** The ways in which a history can be wrong. */
public enum Fault {
    /** Two different messages at one place of a room. */
    TWO_MESSAGES_AT_ONE_PLACE,
    /** One message at two places. */
    ONE_MESSAGE_AT_TWO_PLACES,
    /** Told otherwise than it was sent. */
    OTHER_CONTENT,
    /** An epoch that had ended numbered entries again. */
    EPOCH_CAME_BACK,
    /** Nobody sent this. */
    PHANTOM,
    /** One frame, sent again under its id, took effect twice. */
    TWICE_DONE,
    /** It was refused, and is there all the same. */
    REFUSED_BUT_DONE,
    /** An answer to nothing, or one too many. */
    ANSWER_TOO_MANY,
    /** Something is missing between two deliveries, or within what a resume or a page of history returned. */
    HOLE,
    DUPLICATE,
    OUT_OF_ORDER,
    /** It is in the stream, and a member that stayed to the end never got it. */
    NEVER_DELIVERED,
    /** Delivered to who is not in the room. */
    NOT_A_MEMBER,
    /** Delivered to, or accepted from, who was removed before. */
    AFTER_REMOVAL,
    /** Placed before what its sender, or anybody else, had been told before it was sent. */
    BEFORE_ITS_CAUSE,
    /** An answer that contradicts itself. */
    INCOHERENT
}
