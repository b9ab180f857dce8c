package dev.portcullis.bus;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;

/** The addresses of this node on the event bus. In a cluster every node knows them. */
final class ConsumerRegistry {
    static final int FAILED = 1;
    static final int UNAVAILABLE = 2;

    private final Vertx vertx;
    private final Metrics metrics;
    private final Queue<Registration> registrations = new ConcurrentLinkedQueue<>();

    ConsumerRegistry(Vertx vertx, Metrics metrics) {
        this.vertx = vertx;
        this.metrics = metrics;
    }

    /** Completes when messages can arrive. The handler runs on the current context. */
    Future<Void> open(String address, BiConsumer<Message<Object>, Object> handler) {
        return open(vertx.getOrCreateContext(), address, handler);
    }

    Future<Void> open(Context context, String address, BiConsumer<Message<Object>, Object> handler) {
        Registration registration = new Registration(context, address, handler);
        registrations.add(registration);
        return registration.reregister();
    }

    /** Like {@link #open}, for messages of this node only. */
    Future<Void> openLocal(String address, BiConsumer<Message<Object>, Object> handler) {
        return vertx.eventBus()
                .<Object>localConsumer(address)
                .handler(message -> deliver(message, handler))
                .completion();
    }

    /** Registers every address again: a cluster can lose registrations permanently. */
    Future<Void> reregister() {
        return Future.all(registrations.stream().map(Registration::reregister).toList())
                .mapEmpty();
    }

    private void deliver(Message<Object> message, BiConsumer<Message<Object>, Object> handler) {
        Object body;
        try {
            body = message.body(); // decoded here, by the Vert.x codec that the sender chose
        } catch (RuntimeException malformed) {
            metrics.count(Metric.BUS_UNDECODABLE);
            refuse(message);
            return;
        }
        handler.accept(message, body);
    }

    static void refuse(Message<?> message) {
        refuse(message, FAILED);
    }

    static void refuse(Message<?> message, int code) {
        if (message.replyAddress() != null) {
            message.reply(refusal(code));
        }
    }

    /** Names no cause, since that may hold what a client sent (CWE-209). */
    static ReplyException refusal(int code) {
        return new ReplyException(ReplyFailure.RECIPIENT_FAILURE, code, "");
    }

    /** One address, with the context on which its messages are handled. */
    private final class Registration {
        private final Context context;
        private final String address;
        private final BiConsumer<Message<Object>, Object> handler;
        private List<MessageConsumer<Object>> consumers = List.of();

        Registration(Context context, String address, BiConsumer<Message<Object>, Object> handler) {
            this.context = context;
            this.address = address;
            this.handler = handler;
        }

        /**
         * Registers the new consumer before it removes the old one, so that no message is refused in between. A
         * consumer that ended with its verticle stays ended.
         */
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
