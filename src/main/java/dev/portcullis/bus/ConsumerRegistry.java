package dev.portcullis.bus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;

/** The addresses under which this node can be reached. In a cluster they are known to every node. */
final class ConsumerRegistry {
    static final int FAILED = 1;

    private final Vertx vertx;
    private final BusEvents events;
    private final Queue<Registration> registrations = new ConcurrentLinkedQueue<>();

    ConsumerRegistry(Vertx vertx, BusEvents events) {
        this.vertx = vertx;
        this.events = events;
    }

    /** Completes when messages can arrive. The hearer is called where this is called. */
    Future<Void> open(String address, BiConsumer<Message<Object>, Object> hearer) {
        return open(vertx.getOrCreateContext(), address, hearer);
    }

    Future<Void> open(Context context, String address, BiConsumer<Message<Object>, Object> hearer) {
        Registration registration = new Registration(context, address, hearer);
        registrations.add(registration);
        return registration.reregister();
    }

    /** As {@link #open}, for what only this node itself says. */
    Future<Void> openLocal(String address, BiConsumer<Message<Object>, Object> hearer) {
        return vertx.eventBus()
                .<Object>localConsumer(address)
                .handler(message -> deliver(message, hearer))
                .completion();
    }

    /** Makes every address known anew: a cluster can lose what it was told, for good. */
    Future<Void> reregister() {
        return Future.all(registrations.stream().map(Registration::reregister).toList()).mapEmpty();
    }

    private void deliver(Message<Object> message, BiConsumer<Message<Object>, Object> hearer) {
        Object body;
        try {
            body = message.body(); // decoded here, by whichever of Vert.x's codecs the sender named
        } catch (RuntimeException foreign) {
            events.undecodable();
            refuse(message);
            return;
        }
        hearer.accept(message, body);
    }

    static void refuse(Message<?> message) {
        if (message.replyAddress() != null) {
            message.fail(FAILED, "");
        }
    }

    /** One address, with the context that its messages belong to. */
    private final class Registration {
        private final Context context;
        private final String address;
        private final BiConsumer<Message<Object>, Object> handler;
        private List<MessageConsumer<Object>> consumers = List.of();

        Registration(Context context, String address, BiConsumer<Message<Object>, Object> hearer) {
            this.context = context;
            this.address = address;
            this.handler = hearer;
        }

        /** The new one first, so that nothing is refused in between. One that ended with its verticle stays ended. */
        Future<Void> reregister() {
            Promise<Void> done = Promise.promise();
            context.runOnContext(any -> {
                List<MessageConsumer<Object>> old = consumers;
                if (old.stream().anyMatch(each -> !each.isRegistered())) {
                    done.complete();
                    return;
                }
                MessageConsumer<Object> consumer =
                        vertx.eventBus().<Object>consumer(address).handler(message -> deliver(message, handler));
                consumers = List.of(consumer);
                consumer.completion()
                        .eventually(() -> Future.all(
                                old.stream().map(MessageConsumer::unregister).toList()))
                        .onComplete(done);
            });
            return done.future();
        }
    }
}
