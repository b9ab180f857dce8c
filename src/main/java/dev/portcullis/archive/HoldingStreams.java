package dev.portcullis.archive;

import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.DelegatingStreams;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.MessageChange;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.record.EntryRow;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
                .map(message -> copies.keep(message, () -> rows(message)).compose(any -> super.append(append)))
                .orElseGet(() -> super.append(append));
    }

    /** The message and its newest amendment as the window has them: the archive's bound may have taken them there. */
    private Future<List<EntryRow>> rows(StoredMessage message) {
        StreamEntry entry = message.entry();
        return super.latest(entry.stream(), entry.position().seq() + 1, new Bounds(1, 1))
                .map(slice -> slice.entries().stream()
                        .filter(each -> each.entry().position().equals(entry.position()))
                        .flatMap(each -> Stream.concat(
                                Stream.of(
                                        EntryRow.of(message).saying(each.entry().body())),
                                each.amendment().map(by -> amendment(message, by)).stream()))
                        .toList());
    }

    private static EntryRow amendment(StoredMessage message, StreamEntry by) {
        return new EntryRow(
                message.stored(),
                by,
                EntryState.AMENDMENT,
                0,
                Optional.of(new Message(message.id(), message.author())));
    }

    /** The message that changes with this append. */
    private static Optional<StoredMessage> amended(AppendRequest append) {
        return append.change()
                .filter(change -> change.refusal().isEmpty() && change.knownAt().isEmpty())
                .flatMap(MessageChange::message);
    }
}
