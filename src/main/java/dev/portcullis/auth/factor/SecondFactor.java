package dev.portcullis.auth.factor;

import java.util.List;

/**
 * The second factor of an account, as its row keeps it.
 *
 * @param sealed the secret that the user's app has, sealed
 * @param since when it was begun
 * @param confirmed whether the user has shown a code of it: before that no login asks for one
 * @param usedStep the step of the last code that was used
 * @param recovery the hashes of the recovery codes that are left
 */
public record SecondFactor(String sealed, long since, boolean confirmed, long usedStep, List<String> recovery) {
    public SecondFactor {
        recovery = List.copyOf(recovery);
    }

    SecondFactor used(long step) {
        return new SecondFactor(sealed, since, confirmed, step, recovery);
    }

    SecondFactor without(String hash) {
        return new SecondFactor(
                sealed,
                since,
                confirmed,
                usedStep,
                recovery.stream().filter(each -> !each.equals(hash)).toList());
    }

    SecondFactor confirmed(long step, List<String> hashes) {
        return new SecondFactor(sealed, since, true, step, hashes);
    }

    @Override
    public String toString() {
        return "SecondFactor[" + (confirmed ? "on" : "begun") + ", " + recovery.size() + " recovery codes]";
    }
}
