package dev.portcullis.hooks;

import dev.portcullis.hooks.outbox.StoredEvent;
import io.vertx.core.Future;
import java.util.List;

/** Where events are delivered to. */
public interface HookTarget extends AutoCloseable {
    /** All of them, in this order, or none that is known of. Ends within a time; a failed future is a bug. */
    Future<Delivery> deliver(List<StoredEvent> events);

    /** The longest that a delivery takes. */
    long deadlineMs();

    @Override
    void close();
}
