package dev.portcullis.auth.password;

import dev.portcullis.auth.password.ProofOfWork.Proof;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** Judges whose password goes first, and what an unknown client may do to go sooner. */
final class PasswordQueue {
    /** Work counts up to 64 times what is asked for in quiet times: half a minute of a browser, of two in which it is good. */
    static final int MOST_LEVEL = 3;

    /** So many more bits put a client before others who have worked less. */
    private static final int BITS_OF_LEVEL = 2;

    private final ProofOfWork proofs;
    private final UsedProofs used;
    private final int bits;
    private final IntSupplier levelWithTurn;
    private final LongSupplier clock;

    /**
     * @param bits of a challenge while few clients work; 0 for none
     * @param levelWithTurn at which a client that has worked would get its turn now, up to {@link #MOST_LEVEL}
     */
    PasswordQueue(ProofOfWork proofs, UsedProofs used, int bits, IntSupplier levelWithTurn, LongSupplier clock) {
        this.proofs = proofs;
        this.used = used;
        this.bits = bits;
        this.levelWithTurn = levelWithTurn;
        this.clock = clock;
    }

    /**
     * Where a password waits.
     *
     * @param level among those of the same precedence: the higher ones go first
     * @param work that the place was given for
     */
    record Place(Precedence precedence, int level, Optional<Proof> work) {}

    /** Work that gains nothing is not used up. */
    Place enter(PasswordTurn turn) {
        return turn.precedence().compareTo(Precedence.WORKED) < 0
                ? new Place(turn.precedence(), 0, Optional.empty())
                : work(turn)
                        .map(proof -> new Place(Precedence.WORKED, level(proof), Optional.of(proof)))
                        .orElseGet(() -> new Place(turn.precedence(), 0, Optional.empty()));
    }

    /** Nothing was checked, so that the client can come again with the same work. */
    void giveBack(Place place) {
        place.work().ifPresent(used::giveBack);
    }

    /**
     * Asks for what would get a turn now: where many work, each outbids the others in steps. Also where the address is known, to
     * which it is of no use: that there is none would tell that the account exists.
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
}
