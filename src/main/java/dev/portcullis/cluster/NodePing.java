package dev.portcullis.cluster;

import dev.portcullis.config.crypto.TlsFailure;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pings other nodes over the bus, and finds out whether certificates are the reason for a missing reply. */
final class NodePing {
    private static final Logger LOG = LoggerFactory.getLogger(NodePing.class);

    private final UnaryOperator<String> describe;
    private final boolean tls;
    private final Set<String> untrusted = new HashSet<>();

    /** @param describe returns a node's name and address */
    NodePing(UnaryOperator<String> describe, boolean tls) {
        this.describe = describe;
        this.tls = tls;
    }

    /** The address at which a node answers pings. */
    static String address(String node) {
        return "node@" + node;
    }

    /** Completes when the node has replied. */
    Future<?> send(EventBus bus, String node, DeliveryOptions options) {
        return bus.<String>request(address(node), "", options)
                .onSuccess(any -> untrusted.remove(node))
                .recover(timeout -> tls ? findCause(bus, node, timeout) : Future.failedFuture(timeout));
    }

    boolean distrustsAll(Collection<String> nodes) {
        return untrusted.containsAll(nodes);
    }

    void retainOnly(Collection<String> present) {
        untrusted.retainAll(present);
    }

    /** A request without a reply does not reveal the reason. A send completes with the failure of the connection. */
    private Future<Message<String>> findCause(EventBus bus, String node, Throwable timeout) {
        return bus.<String>sender(address(node))
                .write("")
                .onFailure(failure -> {
                    if (TlsFailure.isOfCertificate(failure) && untrusted.add(node)) {
                        LOG.atError()
                                .addKeyValue("event", "cluster.untrusted")
                                .addKeyValue("other", describe.apply(node))
                                .addKeyValue("cause", causeName(failure))
                                .log(
                                        "the certificate of another node is not of the authority of this one, or it refuses"
                                                + " this one's: they cannot connect");
                    }
                })
                .transform(any -> Future.failedFuture(timeout));
    }

    /** The class of the exception that rejected the certificate. Its message may quote the certificate (CWE-532). */
    private static String causeName(Throwable failure) {
        return HazelcastMembership.rootOf(failure).getClass().getSimpleName();
    }
}
