package dev.portcullis.cluster.history;

/** The faults that a history can show. */
public enum Fault {
    /** Two different messages at one position of a room. */
    TWO_MESSAGES_AT_ONE_POSITION,
    /** One message at two positions of a room. */
    ONE_MESSAGE_AT_TWO_POSITIONS,
    /** An entry differs from the frame that was sent. */
    ALTERED_CONTENT,
    /** An epoch that had ended contains later entries. */
    EPOCH_REUSED,
    /** An entry that no client sent. */
    PHANTOM,
    /** A frame that was repeated under its id took effect twice. */
    DUPLICATE_EFFECT,
    /** A refused frame took effect. */
    EFFECT_OF_REFUSED_FRAME,
    /** An answer without a frame that waits for one. */
    UNEXPECTED_ANSWER,
    /** An entry is missing between two deliveries, in a resume or in a page of history. */
    GAP,
    DUPLICATE_DELIVERY,
    OUT_OF_ORDER,
    /** A member that stayed until the end never received an entry. */
    NEVER_DELIVERED,
    /** A delivery to a client that is not in the room. */
    NOT_A_MEMBER,
    /** A delivery to, or a message accepted from, a user who had been removed. */
    AFTER_REMOVAL,
    /** An entry precedes another one that a client knew before the frame was sent. */
    CAUSALITY_VIOLATION,
    /** An answer whose fields contradict each other. */
    INCONSISTENT_ANSWER
}
