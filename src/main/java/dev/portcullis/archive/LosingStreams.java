package dev.portcullis.archive;

import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.DelegatingStreams;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.unarchived.LosableDeletions.Deletion;
import io.vertx.core.Future;

/**
 * Streams of which the archive may lose entries that wait for it. A deletion leaves a row, by which {@link LostDeletions} finds
 * it.
 */
public final class LosingStreams extends DelegatingStreams {
    public LosingStreams(StreamStore streams) {
        super(streams);
    }

    @Override
    public Future<AppendResult> append(AppendRequest append) {
        return super.append(append.message()
                .filter(any -> append.deletes())
                .map(message -> new Deletion(append.stream(), message.id(), append.body()))
                .map(deletion -> append.permittedBy(append.permit().and(deletion.noted())))
                .orElse(append));
    }
}
