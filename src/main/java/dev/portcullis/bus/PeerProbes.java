package dev.portcullis.bus;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;

/** Asks nodes whether they answer at all, and answers that for this one, whatever its stages do. */
final class PeerProbes {
    private static final String ADDRESS = "probe@";
    private static final DeliveryOptions OPTIONS =
            new DeliveryOptions().setSendTimeout(60_000); // it may be paused so long

    private final EventBus eventBus;

    PeerProbes(Vertx vertx) {
        this.eventBus = vertx.eventBus();
    }

    void answer(Vertx vertx, String node, ConsumerRegistry consumers) {
        consumers.open(vertx.getOrCreateContext(), ADDRESS + node, (probe, body) -> probe.reply(Buffer.buffer()));
    }

    /** A node of which the cluster knows no address says nothing about its stages: they are asked again. */
    void send(String node, PeerAnswers answers) {
        eventBus.request(ADDRESS + node, Buffer.buffer(), OPTIONS).onComplete(any -> answers.answered(), failure -> {
            if (!(failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT)) {
                answers.answered();
            }
        });
    }
}
