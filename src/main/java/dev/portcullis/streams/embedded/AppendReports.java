package dev.portcullis.streams.embedded;

import dev.portcullis.hooks.outbox.EmbeddedOutbox;
import dev.portcullis.hooks.outbox.HookEvent;
import dev.portcullis.protocol.Position;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.record.MessageEvents;
import java.util.Optional;

/** Reports messages to the application in the step that appends them, where hooks are configured. */
final class AppendReports {
    private final Optional<EmbeddedOutbox> outbox;

    AppendReports(Optional<EmbeddedOutbox> outbox) {
        this.outbox = outbox;
    }

    Optional<HookEvent> eventOf(AppendRequest append) {
        return outbox.flatMap(any -> MessageEvents.of(append));
    }

    Optional<HookEvent> eventOf(AmendRequest amend) {
        return outbox.flatMap(any -> MessageEvents.of(amend));
    }

    /** Fails the step if the event would not fit into the outbox; otherwise empty, so that the step goes on. */
    Optional<AppendResult> reportable(Batch batch, AppendRequest append, Optional<HookEvent> event) {
        outbox.ifPresent(each -> event.filter(
                        any -> each.isFull(batch, append.stream().lane(), any))
                .ifPresent(any -> {
                    throw new StoreFailure("the outbox of the hooks is full");
                }));
        return Optional.empty();
    }

    AppendResult reported(Batch batch, AppendResult stored, Optional<HookEvent> event, long now) {
        if (stored instanceof AppendResult.Stored newly) {
            Position at = newly.entry().position();
            outbox.ifPresent(each -> event.ifPresent(
                    of -> each.report(batch, newly.entry().stream().lane(), of, at.epoch(), at.seq(), now)));
        }
        return stored;
    }
}
