package dev.portcullis.cluster.history;

import java.util.List;

/**
 * Holds a history against the promises of the protocol. It knows nothing of the server but what its clients were told,
 * and needs no more: each place of a room holds one message for all (total order, and acks that tell the truth), each
 * member is given place after place without a hole from its join on (so that what was acknowledged is delivered), each
 * message was sent, once, and after its causes.
 *
 * <p>It assumes a store that keeps what it acknowledged: numbers go on over epochs, and no number is given twice.
 */
public final class HistoryChecker {
    private HistoryChecker() {}

    public static Judgement judge(History history) {
        return judge(history.moments());
    }

    static Judgement judge(List<Moment> moments) {
        Findings findings = new Findings();
        Publications publications = new Publications(moments, findings);
        Places places = new Places(moments, publications, findings);
        Effects.check(publications, places, findings);
        Causes.check(moments, publications, findings);
        Seats.check(moments, places, findings);
        return new Judgement(findings.all(), Counts.of(moments));
    }
}
