package dev.portcullis.edge.files;

import dev.portcullis.http.HttpRefusal;
import dev.portcullis.protocol.LowerCaseId;
import java.util.Optional;

/** The result of a download, and the answer to its client. */
public enum DownloadResult implements LowerCaseId {
    SENT,
    /** The client has asked for the headers only. */
    DESCRIBED,
    /** The client fetches the file elsewhere. */
    REDIRECTED,
    /** There is no such file, or the user may not fetch it: both look the same (CWE-204). */
    NOT_FOUND(HttpRefusal.NOT_FOUND),
    BUSY(HttpRefusal.UNAVAILABLE),
    /** The client took the file too slowly. */
    TOO_SLOW,
    /** The client took the file slowly, and another user needed its place. */
    DISPLACED,
    /** The user lost the right to the file meanwhile, or it has ended. */
    STOPPED,
    DISCONNECTED,
    /** The store or the disk does not work. */
    FAILED(HttpRefusal.UNAVAILABLE),
    /** The disk failed in the middle, or the store for long. */
    BROKEN_OFF;

    private final Optional<HttpRefusal> answer;

    DownloadResult() {
        this.answer = Optional.empty();
    }

    DownloadResult(HttpRefusal answer) {
        this.answer = Optional.of(answer);
    }

    /** Whether the file broke off because of its client. */
    boolean isBrokenOff() {
        return this == TOO_SLOW || this == DISPLACED || this == DISCONNECTED;
    }

    boolean isServed() {
        return this == SENT || this == DESCRIBED || this == REDIRECTED;
    }

    /** The refusal, if there is one and the response has not begun. */
    Optional<HttpRefusal> answer() {
        return answer;
    }
}
