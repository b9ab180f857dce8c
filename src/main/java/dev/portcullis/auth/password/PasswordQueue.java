package dev.portcullis.auth.password;

import dev.portcullis.auth.password.PasswordTurn.Known;
import dev.portcullis.auth.password.ProofOfWork.Proof;
import dev.portcullis.resilience.LruMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** Judges whose password goes first, and what an unknown client may do to go sooner. */
final class PasswordQueue {
    /** Work counts up to 64 times what is asked for in quiet times: half a minute of a browser, of two in which it is good. */
    static final int MOST_LEVEL = 3;

    /**
     * The number of passwords from one address that may wait before others where accounts have logged in before: an attacker's
     * accounts are known at the attacker's addresses too. The same number holds for one account, with its own devices and the
     * first login at each address.
     */
    private static final int MOST_OF_PAYER = 3;

    private static final int USERS = 20_000;

    /** The number of further bits of work that put a client before others who have worked less. */
    private static final int BITS_OF_LEVEL = 2;

    private final ProofOfWork proofs;
    private final UsedProofs used;
    private final int bits;
    private final IntSupplier levelWithTurn;
    private final LongSupplier clock;
    private final Map<String, Integer> waitingKnown = new ConcurrentHashMap<>();
    private final RecentTurns ofUsers = new RecentTurns(USERS);

    /**
     * @param bits of a challenge while few clients work; 0 for none
     * @param levelWithTurn the level at which a client that has worked would get its turn now, up to {@link #MOST_LEVEL}
     */
    PasswordQueue(ProofOfWork proofs, UsedProofs used, int bits, IntSupplier levelWithTurn, LongSupplier clock) {
        this.proofs = proofs;
        this.used = used;
        this.bits = bits;
        this.levelWithTurn = levelWithTurn;
        this.clock = clock;
    }

    /**
     * The place of a password that waits.
     *
     * @param level among those of the same precedence: the higher ones go first
     * @param work the work for which the place was given
     * @param payer the address, the account or the user that it counts for
     */
    record Place(Precedence precedence, int level, Optional<Proof> work, Optional<String> payer) {}

    /** Work that gains nothing is not used up. Each place must be left. */
    Place enter(PasswordTurn turn) {
        return switch (turn.precedence()) {
            case KNOWN ->
                known(turn.known().orElseGet(() -> new Known(turn.network(), false)))
                        .or(() -> byWork(turn))
                        .orElseGet(() -> plain(Precedence.UNFAILED));
            case USER -> ofUser(turn.subject());
            case WORKED, UNFAILED, FAILED -> byWork(turn).orElseGet(() -> plain(turn.precedence()));
        };
    }

    /** Finds another place for a password that got no turn in its first one, where the client has worked. */
    Optional<Place> enterByWork(PasswordTurn turn, Place first) {
        return first.precedence() == Precedence.KNOWN ? byWork(turn) : Optional.empty();
    }

    /** @param checked whether it was; if not, the client can come again with the same work */
    void leave(Place place, boolean checked) {
        if (place.precedence() == Precedence.KNOWN) {
            place.payer()
                    .ifPresent(payer ->
                            waitingKnown.computeIfPresent(payer, (any, count) -> count == 1 ? null : count - 1));
        } else if (!checked) {
            place.payer().ifPresent(ofUsers::giveBack);
        }
        if (!checked) {
            place.work().ifPresent(used::giveBack);
        }
    }

    /**
     * Users who want their first turn go first: otherwise a few accounts with one or two logins each could keep other users
     * waiting.
     */
    private Place ofUser(String user) {
        int before = ofUsers.take(user, clock.getAsLong());
        return new Place(Precedence.USER, Math.max(0, MOST_LEVEL - before), Optional.empty(), Optional.of(user));
    }

    private Optional<Place> known(Known known) {
        return tryTakeKnown(known.payer())
                ? Optional.of(new Place(
                        Precedence.KNOWN, known.rested() ? 1 : 0, Optional.empty(), Optional.of(known.payer())))
                : Optional.empty();
    }

    private boolean tryTakeKnown(String payer) {
        boolean[] taken = new boolean[1];
        waitingKnown.compute(payer, (any, count) -> {
            int waiting = count == null ? 0 : count;
            taken[0] = waiting < MOST_OF_PAYER;
            return taken[0] ? waiting + 1 : waiting;
        });
        return taken[0];
    }

    private Optional<Place> byWork(PasswordTurn turn) {
        return work(turn)
                .map(proof -> new Place(Precedence.WORKED, level(proof), Optional.of(proof), Optional.empty()));
    }

    private static Place plain(Precedence precedence) {
        return new Place(precedence, 0, Optional.empty(), Optional.empty());
    }

    /**
     * Asks for what would get a turn now: where many work, each outbids the others in steps. Also where the address is known:
     * that there is none would tell that the account exists.
     */
    Optional<WorkChallenge> challenge(PasswordTurn turn) {
        return bits == 0 || turn.precedence() == Precedence.USER
                ? Optional.empty()
                : Optional.of(proofs.challenge(
                        turn.subject(), bits + BITS_OF_LEVEL * levelWithTurn.getAsInt(), clock.getAsLong()));
    }

    private Optional<Proof> work(PasswordTurn turn) {
        long now = clock.getAsLong();
        return turn.work()
                .filter(any -> bits > 0)
                .flatMap(proof -> proofs.proven(proof, turn.subject(), now))
                .filter(proof -> used.use(proof, now));
    }

    /** A challenge that was made before the settings changed may have asked for less. */
    private int level(Proof proof) {
        return Math.max(0, Math.min(MOST_LEVEL, (proof.bits() - bits) / BITS_OF_LEVEL));
    }

    /** How many turns each user had lately, so that those who want many wait behind the others. Of this node alone. */
    private static final class RecentTurns {
        /** The time for which tries count for the user. */
        private static final long LATELY_MS = TimeUnit.MINUTES.toMillis(15);

        private final Map<String, Turns> byUser;

        private record Turns(long since, int number) {}

        /** @param most users that are known at a time; the one who came longest ago is forgotten first */
        RecentTurns(int most) {
            this.byUser = new LruMap<>(most);
        }

        /** Counts one more turn. @return the number of turns before it */
        synchronized int take(String user, long now) {
            Turns before = byUser.getOrDefault(user, new Turns(now, 0));
            if (Math.abs(now - before.since) >= LATELY_MS) { // a clock may be set back
                before = new Turns(now, 0);
            }
            byUser.put(user, new Turns(before.since, before.number + 1));
            return before.number;
        }

        /** Takes back a turn that was counted and did not take place. */
        synchronized void giveBack(String user) {
            byUser.computeIfPresent(
                    user, (any, turns) -> turns.number == 1 ? null : new Turns(turns.since, turns.number - 1));
        }
    }
}
