package dev.portcullis.cluster.history;

import java.util.List;

/**
 * Checks a history against the promises of the protocol, using only what the clients sent and received. Each position of
 * a room has the same message for all clients and in its ack (total order). Each member receives every entry from its
 * join on without a gap, so that every acknowledged message is delivered. Each message was sent, takes effect once, and
 * follows its causes.
 *
 * <p>A store without losses uses each seq of a room once, in whatever epoch. After a declared loss a room may be rolled
 * back in a new epoch, if no client knew the lost entries before the loss began. Subscribers beyond the new head must be
 * told of the loss, and all promises hold for the entries after it. Whether the room still knows a removal from before
 * the loss is then undecided.
 */
public final class HistoryChecker {
    private HistoryChecker() {}

    public static CheckResult check(History history) {
        return check(history.moments(), history.losses());
    }

    /** @param losses the declared losses of the store, in order of time */
    static CheckResult check(List<Moment> moments, List<Loss> losses) {
        Findings findings = new Findings();
        Publications publications = new Publications(moments, findings);
        ObservedPositions positions = new ObservedPositions(moments, publications, losses, findings);
        EffectCheck.check(publications, positions, findings);
        CausalityCheck.check(moments, publications, positions, findings);
        ClientDeliveryCheck.check(moments, positions, findings);
        return new CheckResult(findings.all(), Counts.of(moments, positions));
    }
}
