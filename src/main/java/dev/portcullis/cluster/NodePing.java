package dev.portcullis.cluster;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks other nodes over the bus whether they are there, and finds out which of them certificates keep apart from this one. */
final class NodePing {
    private static final Logger LOG = LoggerFactory.getLogger(NodePing.class);

    private final UnaryOperator<String> describe;
    private final boolean tls;
    private final Set<String> untrusted = new HashSet<>();

    /** @param describe a node's name and where it is */
    NodePing(UnaryOperator<String> describe, boolean tls) {
        this.describe = describe;
        this.tls = tls;
    }

    /** Where a node answers. */
    static String address(String node) {
        return "node@" + node;
    }

    /** Completes once it has answered. */
    Future<?> send(EventBus bus, String node, DeliveryOptions options) {
        return bus.<String>request(address(node), "", options)
                .onSuccess(any -> untrusted.remove(node))
                .recover(silence -> tls ? findCause(bus, node, silence) : Future.failedFuture(silence));
    }

    boolean distrustsAll(Collection<String> nodes) {
        return untrusted.containsAll(nodes);
    }

    void retainOnly(Collection<String> present) {
        untrusted.retainAll(present);
    }

    /** A question that was not answered does not tell why; what only has to be sent does. */
    private Future<Message<String>> findCause(EventBus bus, String node, Throwable silence) {
        return bus.<String>sender(address(node))
                .write("")
                .onFailure(unsent -> {
                    if (unsent instanceof SSLException && untrusted.add(node)) {
                        LOG.atError()
                                .addKeyValue("event", "cluster.untrusted")
                                .addKeyValue("other", describe.apply(node))
                                .addKeyValue("cause", causeName(unsent))
                                .log("the certificate of another node is not of our authority, or it refuses ours:"
                                        + " this one can't talk to it");
                    }
                })
                .transform(any -> Future.failedFuture(silence));
    }

    /** The one that read the certificate. Its message may quote what it read (CWE-532). */
    private static String causeName(Throwable broken) {
        return RootCause.of(broken).getClass().getSimpleName();
    }
}
