package dev.portcullis.streams;

import dev.portcullis.audit.tracing.ActiveSpan;
import dev.portcullis.audit.tracing.TracedStep;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;

/** Gives each append of traced work a span. It stands in front of the store only on a node that traces. */
public final class TracedStreams extends DelegatingStreams {
    public TracedStreams(StreamStore store) {
        super(store);
    }

    @Override
    public Future<AppendResult> append(AppendRequest append) {
        return traced(() -> super.append(append));
    }

    @Override
    public Future<PairedResult> append(PairedAppend append) {
        return traced(() -> super.append(append));
    }

    @Override
    public Future<AppendResult> amend(AmendRequest amend) {
        return traced(() -> super.amend(amend));
    }

    @Override
    public Future<AppendResult> amend(AmendRequest amend, Optional<StoredMessage> found) {
        return traced(() -> super.amend(amend, found));
    }

    private static <T> Future<T> traced(Supplier<Future<T>> append) {
        ActiveSpan active = ActiveSpan.current();
        return active == null ? append.get() : active.around(TracedStep.APPEND, append);
    }
}
