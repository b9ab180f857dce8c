package dev.portcullis.auth.mail;

import dev.portcullis.protocol.LowerCaseId;

/** The result of sending a mail. */
public enum MailResult implements LowerCaseId {
    /** The server, or the application, has taken it. */
    SENT,
    /** It will never be taken. */
    REFUSED,
    /** It was not taken, for want of an answer or for a reason that may pass. */
    FAILED,
    /** The server got all of it and gave no answer, so it may have been taken: sent again, it might come twice. */
    UNANSWERED,
    /** Too many waited to be sent, or its link ended meanwhile. */
    DROPPED
}
