package dev.portcullis.edge.files;

import dev.portcullis.http.HttpRefusal;
import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.uploads.disk.ReceiveRefusal.Why;
import java.util.Optional;

/** The result of an upload, and the answer to its client. */
public enum UploadResult implements LowerCaseId {
    RECEIVED,
    NO_TICKET(HttpRefusal.NOT_FOUND),
    TOO_LARGE(HttpRefusal.MESSAGE_TOO_LARGE),
    INCOMPLETE(HttpRefusal.INCOMPLETE),
    WRONG_TYPE(HttpRefusal.WRONG_FILE_TYPE),
    TOO_SLOW(HttpRefusal.REQUEST_TIMEOUT),
    /** The client was slow, and another user needed its place. */
    DISPLACED(HttpRefusal.UNAVAILABLE),
    /** No one is left to be told. */
    DISCONNECTED,
    BUSY(HttpRefusal.UNAVAILABLE),
    /** Its user, or its address with what is no ticket, has asked for too much. */
    LIMITED(HttpRefusal.RATE_LIMITED),
    /** The node has no room for the file. */
    NO_ROOM(HttpRefusal.UNAVAILABLE),
    /** The store or the disk does not work. */
    FAILED(HttpRefusal.UNAVAILABLE);

    private final Optional<HttpRefusal> answer;

    UploadResult() {
        this.answer = Optional.empty();
    }

    UploadResult(HttpRefusal answer) {
        this.answer = Optional.of(answer);
    }

    static UploadResult of(Why why) {
        return switch (why) {
            case NO_TICKET -> NO_TICKET;
            case TOO_LARGE -> TOO_LARGE;
            case INCOMPLETE -> INCOMPLETE;
            case WRONG_TYPE -> WRONG_TYPE;
            case TOO_SLOW -> TOO_SLOW;
            case DISPLACED -> DISPLACED;
            case DISCONNECTED -> DISCONNECTED;
            case BUSY -> BUSY;
            case NO_ROOM -> NO_ROOM;
        };
    }

    /** The refusal, if there is one and someone to get it. */
    Optional<HttpRefusal> answer() {
        return answer;
    }
}
