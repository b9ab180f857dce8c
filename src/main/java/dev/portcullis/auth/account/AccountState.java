package dev.portcullis.auth.account;

import dev.portcullis.auth.refresh.RefreshFamily;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that the store keeps of one account, which changes together.
 *
 * @param families the logins, oldest first
 */
public record AccountState(Account account, List<RefreshFamily> families) {
    public AccountState {
        families = List.copyOf(families);
    }

    Optional<RefreshFamily> family(String id) {
        return families.stream().filter(family -> family.id().equals(id)).findFirst();
    }

    /** Those whose sessions and access tokens may not have ended yet. */
    List<String> endedFamilies() {
        return families.stream()
                .filter(family -> !family.isLive())
                .map(RefreshFamily::id)
                .toList();
    }

    /** With this family in the place of an earlier one, or as the newest. */
    AccountState with(RefreshFamily changed) {
        boolean known = family(changed.id()).isPresent();
        Stream<RefreshFamily> others =
                families.stream().map(family -> family.id().equals(changed.id()) ? changed : family);
        return new AccountState(account, (known ? others : Stream.concat(others, Stream.of(changed))).toList());
    }

    AccountState with(Account changed) {
        return new AccountState(changed, families);
    }

    AccountState withFamilies(List<RefreshFamily> changed) {
        return new AccountState(account, changed);
    }

    @Override
    public String toString() {
        return "AccountState[" + account + ", " + families.size() + " families]";
    }
}
