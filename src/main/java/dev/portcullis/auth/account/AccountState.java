package dev.portcullis.auth.account;

import dev.portcullis.auth.factor.SecondFactor;
import dev.portcullis.auth.mail.OpenLinks;
import dev.portcullis.auth.refresh.RefreshFamily;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that the store keeps of one account, which changes together.
 *
 * @param families the logins, oldest first
 * @param factor the second factor; a login asks for it once it is confirmed
 * @param links the mailed links by which the user verifies the address
 */
public record AccountState(
        Account account, List<RefreshFamily> families, Optional<SecondFactor> factor, OpenLinks links) {
    public AccountState {
        families = List.copyOf(families);
    }

    /** An account without a second factor. */
    AccountState(Account account, List<RefreshFamily> families) {
        this(account, families, Optional.empty(), OpenLinks.NONE);
    }

    AccountState with(OpenLinks changed) {
        return new AccountState(account, families, factor, changed);
    }

    /** The second factor whose code a login needs. */
    Optional<SecondFactor> confirmedFactor() {
        return factor.filter(SecondFactor::confirmed);
    }

    AccountState withFactor(Optional<SecondFactor> changed) {
        return new AccountState(account, families, changed, links);
    }

    Optional<RefreshFamily> family(String id) {
        return families.stream().filter(family -> family.id().equals(id)).findFirst();
    }

    /** The logins that are over, while their sessions and access tokens may still live. */
    List<String> endedFamilies() {
        return families.stream()
                .filter(family -> !family.isLive())
                .map(RefreshFamily::id)
                .toList();
    }

    /** The account with this login in the place of an earlier state of it, or as the newest. */
    AccountState with(RefreshFamily changed) {
        boolean known = family(changed.id()).isPresent();
        Stream<RefreshFamily> others =
                families.stream().map(family -> family.id().equals(changed.id()) ? changed : family);
        return new AccountState(
                account, (known ? others : Stream.concat(others, Stream.of(changed))).toList(), factor, links);
    }

    AccountState with(Account changed) {
        return new AccountState(changed, families, factor, links);
    }

    AccountState withFamilies(List<RefreshFamily> changed) {
        return new AccountState(account, changed, factor, links);
    }

    @Override
    public String toString() {
        return "AccountState[" + account + ", " + families.size() + " families]";
    }
}
