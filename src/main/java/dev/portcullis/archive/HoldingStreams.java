package dev.portcullis.archive;

import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.DelegatingStreams;
import dev.portcullis.streams.MessageChange;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Streams whose held messages are copied before an edit or a deletion takes their text. Each amendment passes here with the message
 * that was decided of; a message that another one changes meanwhile is decided, and copied, again.
 */
final class HoldingStreams extends DelegatingStreams {
    private final HeldCopies copies;

    HoldingStreams(StreamStore streams, HeldCopies copies) {
        super(streams);
        this.copies = copies;
    }

    @Override
    public Future<AppendResult> append(AppendRequest append) {
        return amended(append)
                .map(message -> copies.keep(message).compose(any -> super.append(append)))
                .orElseGet(() -> super.append(append));
    }

    /** The message that changes with this append. */
    private static Optional<StoredMessage> amended(AppendRequest append) {
        return append.change()
                .filter(change -> change.refusal().isEmpty() && change.knownAt().isEmpty())
                .flatMap(MessageChange::message);
    }
}
