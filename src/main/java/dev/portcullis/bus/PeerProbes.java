package dev.portcullis.bus;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/** Asks nodes whether they answer at all, and answers that for this one, whatever its stages do. */
final class PeerProbes {
    private static final String ADDRESS = "probe@";
    private static final DeliveryOptions OPTIONS =
            new DeliveryOptions().setSendTimeout(60_000); // it may be paused so long

    private static final long FORGOTTEN_MS = 2_000;

    private final Vertx vertx;

    PeerProbes(Vertx vertx) {
        this.vertx = vertx;
    }

    void answer(Vertx vertx, String node, ConsumerRegistry consumers) {
        consumers.open(vertx.getOrCreateContext(), ADDRESS + node, (probe, body) -> probe.reply(Buffer.buffer()));
    }

    /**
     * A node of which the cluster knows no address for probes may be about to leave it: its addresses go one after the
     * other. If it is still a peer after a while, the cluster has lost the address, which says nothing about its stages:
     * they are asked again.
     */
    void send(String node, PeerAnswers answers) {
        vertx.eventBus()
                .request(ADDRESS + node, Buffer.buffer(), OPTIONS)
                .onComplete(any -> answers.answered(), cause -> {
                    if (cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS) {
                        vertx.setTimer(FORGOTTEN_MS, any -> answers.answered());
                    }
                });
    }
}
