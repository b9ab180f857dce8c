package dev.portcullis.ratelimit.ban;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Notice;
import dev.portcullis.bus.NoticeMulticast;
import dev.portcullis.bus.Stage;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.BanEvents.Omission;
import dev.portcullis.ratelimit.ban.Bans.Added;
import dev.portcullis.ratelimit.ban.Bans.Lift;
import dev.portcullis.ratelimit.ban.Bans.Lifted;
import dev.portcullis.ratelimit.ban.Bans.Restored;
import dev.portcullis.streams.cutoff.Cutoff.UserCutOff;
import dev.portcullis.streams.cutoff.CutoffPublisher;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Bans, within the stage: first in the store, which every node reads twice a second, so that no session begins any more.
 * Then, for a user, with a cut-off: a frame passes only while the cut-offs of its user are known. One instance for each
 * node. A failed future means that it is not known whether the ban is in force: it may be repeated.
 */
public final class BanService {
    /** A hint only: each edge looks for new bans a little sooner than it would by itself. */
    public static final Notice<Hint> NOTICE = new Notice<>(Stage.EDGE, "bans", Hint.class);

    private final BanStore store;
    private final BanRules rules;
    private final CutoffPublisher cutoffs;
    private final Bus bus;
    private final BanEvents events;

    /** The bans have changed. */
    public record Hint() {}

    public BanService(BanStore store, BanRules rules, CutoffPublisher cutoffs, Bus bus, BanEvents events) {
        this.store = store;
        this.rules = rules;
        this.cutoffs = cutoffs;
        this.bus = bus;
        this.events = events;
    }

    /** Answers the questions of {@link Bans} at one instance of the stage. */
    public Future<?> answer(int instance) {
        return Future.all(
                bus.answer(Bans.ADD, instance, ban -> add(ban).map(Added::new)),
                bus.answer(Bans.LIFT, instance, lift -> lift(lift).map(Lifted::new)),
                bus.answer(
                        Bans.READ,
                        instance,
                        read -> store.readSince(read.known()).map(Bans.Read::new)),
                bus.answer(Bans.RESTORE, instance, lost -> restore(lost.bans()).map(Restored::new)));
    }

    /**
     * Bans a user or a range of addresses.
     *
     * @return the ban in force from now on, which may be an earlier one; empty if no rule may ban this target, or if there
     *     are as many bans as may be kept
     */
    public Future<Optional<Ban>> add(Ban asked) {
        Optional<Ban> permitted = rules.permitted(asked);
        if (permitted.isEmpty()) {
            events.omitted(Omission.EXEMPT);
            return Future.succeededFuture(Optional.empty());
        }
        Ban ban = permitted.get();
        return store.add(ban).compose(kept -> {
            if (kept.isEmpty()) {
                events.omitted(Omission.FULL);
            }
            return kept.filter(ban::equals).isPresent() ? announce(ban).map(kept) : Future.succeededFuture(kept);
        });
    }

    private Future<Boolean> lift(Lift lift) {
        return store.lift(lift.target(), lift.notAfter()).onSuccess(found -> hint());
    }

    private Future<Integer> restore(List<Ban> lost) {
        return store.restore(lost).onSuccess(count -> {
            if (count > 0) {
                events.restored(count);
                hint();
            }
        });
    }

    /** A ban of addresses has no cut-off: the edges compare their connections with it once they have read it. */
    private Future<Void> announce(Ban ban) {
        Future<Void> published = ban.target().fold(user -> cutOff(user, ban), range -> Future.succeededFuture());
        return published.onSuccess(any -> {
            hint();
            events.banned(ban);
        });
    }

    private Future<Void> cutOff(UserId user, Ban ban) {
        UserCutOff cutoff = new UserCutOff(user, ban.decidedAt(), UserCutOff.Cause.BANNED);
        return cutoffs.publish(cutoff.lane(), cutoff);
    }

    private void hint() {
        NoticeMulticast<Hint> hint = bus.multicast(NOTICE, new Hint());
        bus.nodesOf(Stage.EDGE).keySet().forEach(node -> hint.sendTo(node, 0));
    }
}
