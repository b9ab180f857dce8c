package dev.portcullis.bus;

import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageProducer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Sends to the instances of this node. The address of each is put together once. */
final class LocalSenders {
    private static final DeliveryOptions LOCAL_ONLY = new DeliveryOptions().setLocalOnly(true);

    private final EventBus eventBus;
    private final String node;
    private final Map<Target, MessageProducer<Object>> senders = new ConcurrentHashMap<>();

    /** @param what the question or the notice */
    private record Target(Object what, int instance) {}

    LocalSenders(EventBus eventBus, String node) {
        this.eventBus = eventBus;
        this.node = node;
    }

    MessageProducer<Object> to(Question<?, ?> question, int instance) {
        Target target = new Target(question, instance);
        MessageProducer<Object> known = senders.get(target);
        return known != null ? known : senders.computeIfAbsent(target, any -> sender(question.address(node, instance)));
    }

    MessageProducer<Object> to(Notice<?> notice, int instance) {
        Target target = new Target(notice, instance);
        MessageProducer<Object> known = senders.get(target);
        return known != null ? known : senders.computeIfAbsent(target, any -> sender(notice.address(node, instance)));
    }

    private MessageProducer<Object> sender(String address) {
        return eventBus.sender(address, LOCAL_ONLY);
    }
}
