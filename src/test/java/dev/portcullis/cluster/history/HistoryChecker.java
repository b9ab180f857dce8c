package dev.portcullis.cluster.history;

import java.util.List;

/**
 * Holds a history against the promises of the protocol. It knows nothing of the server but what its clients were told,
 * and needs no more: each place of a room holds one message for all (total order, and acks that tell the truth), each
 * member is given place after place without a hole from its join on (so that what was acknowledged is delivered), each
 * message was sent, once, and after its causes.
 *
 * <p>A store that keeps what it acknowledged gives no number of a room twice, whatever its epochs. Where it is said to
 * have forgotten, a room may be set back, in a new epoch, to a place from which on nobody had been told anything before
 * the store began to lose. Who stood behind that place must be told so, and every promise holds for what came after.
 * Of who was removed it can't know then whether the room remembers.
 */
public final class HistoryChecker {
    private HistoryChecker() {}

    public static Judgement judge(History history) {
        return judge(history.moments(), history.losses());
    }

    /** @param losses what the store may have forgotten, in the order of time */
    static Judgement judge(List<Moment> moments, List<Loss> losses) {
        Findings findings = new Findings();
        Publications publications = new Publications(moments, findings);
        Places places = new Places(moments, publications, losses, findings);
        Effects.check(publications, places, findings);
        Causes.check(moments, publications, places, findings);
        Seats.check(moments, places, findings);
        return new Judgement(findings.all(), Counts.of(moments, places));
    }
}
