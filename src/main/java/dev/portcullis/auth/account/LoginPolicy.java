package dev.portcullis.auth.account;

import dev.portcullis.auth.refresh.RefreshFamily;
import dev.portcullis.auth.refresh.RefreshPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which logins an account has: how many, and for how long. A login that ends early stays in the row until its sessions
 * and access tokens have surely ended, so that a crash between these steps leaves nothing open.
 */
final class LoginPolicy {
    private final RefreshPolicy refresh;
    private final int maxLogins;
    private final long accessTokenMs;

    LoginPolicy(AccountsConfig config) {
        this.refresh = new RefreshPolicy(config.refresh());
        this.maxLogins = config.maxLogins();
        this.accessTokenMs = config.accessTokenMs();
    }

    /** Adds a login, and ends the oldest ones beyond the limit. */
    AccountState begin(AccountState state, RefreshFamily login, long now) {
        List<RefreshFamily> kept = new ArrayList<>();
        long excess =
                state.families().stream().filter(each -> isLive(each, now)).count() + 1 - maxLogins;
        for (RefreshFamily each : state.families()) {
            if (isLive(each, now) && excess-- > 0) {
                kept.add(each.end(now));
            } else if (matters(each, now)) {
                kept.add(each);
            }
        }
        return state.withFamilies(kept).with(login);
    }

    AccountState endOthers(AccountState state, String kept, long now) {
        return state.withFamilies(state.families().stream()
                .filter(each -> matters(each, now))
                .map(each -> each.id().equals(kept) ? each : each.end(now))
                .toList());
    }

    /** Ends the logins that began before a time, also those that were refreshed since. */
    AccountState endBegunBefore(AccountState state, long time, long now) {
        return state.withFamilies(state.families().stream()
                .map(each -> each.createdAt() < time ? each.end(now) : each)
                .toList());
    }

    /** The account without the ended logins whose sessions and access tokens have ended. */
    AccountState forget(AccountState state, Set<String> ended) {
        return state.withFamilies(state.families().stream()
                .filter(each -> each.isLive() || !ended.contains(each.id()))
                .toList());
    }

    boolean isLive(RefreshFamily login, long now) {
        return login.isLive() && now < refresh.expiresAt(login);
    }

    private boolean matters(RefreshFamily login, long now) {
        return login.endedAt().map(at -> now - at < accessTokenMs).orElseGet(() -> isLive(login, now));
    }
}
