package dev.portcullis.auth.account;

import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.refresh.RefreshFamily;

/**
 * A login as its user sees it.
 *
 * @param sid names it; public, unlike its tokens
 * @param renewedAt when its newest refresh token was issued
 * @param device that got this token
 */
public record LoginEntry(String sid, long createdAt, long renewedAt, LoginDevice device) {
    static LoginEntry of(RefreshFamily login) {
        return new LoginEntry(login.id(), login.createdAt(), login.newestIssuedAt(), login.device());
    }
}
