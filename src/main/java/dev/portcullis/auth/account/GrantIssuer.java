package dev.portcullis.auth.account;

import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.refresh.RefreshFamily;
import dev.portcullis.auth.refresh.RefreshPolicy;
import dev.portcullis.auth.refresh.RefreshToken;
import dev.portcullis.auth.refresh.RefreshTokens;
import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/** Makes what the client of a login gets: an access token, its CSRF token, and the newest refresh token. */
final class GrantIssuer {
    private static final int USER_BYTES = 16;
    private static final int PREFIX = AccountsConfig.USER_PREFIX.length();

    private final AccountTokens accessTokens;
    private final RefreshTokens refreshTokens;
    private final RefreshPolicy refresh;
    private final boolean mails;

    GrantIssuer(AccountKeys keys, AccountsConfig config) {
        this.accessTokens = new AccountTokens(keys, config);
        this.refreshTokens = keys.refreshTokens();
        this.refresh = new RefreshPolicy(config.refresh());
        this.mails = config.mails();
    }

    /** An id that no user had. */
    UserId newUser() {
        return new UserId(AccountsConfig.USER_PREFIX + Base64Url.random(USER_BYTES));
    }

    RefreshFamily newLogin(boolean inBody, LoginDevice device, long now) {
        return refreshTokens.begin(inBody, device, now);
    }

    Grant grant(Account account, RefreshFamily login, long now) {
        String id = account.id().value().substring(PREFIX);
        String csrfToken = refreshTokens.csrfToken(id, login);
        AccountTokens.Minted access = accessTokens.mint(account, login.id(), csrfToken, now, refresh.endOf(login));
        return new Grant(
                access.token(),
                access.expiresAt(),
                csrfToken,
                refreshTokens.newest(id, login).text(),
                refresh.expiresAt(login),
                login.inBody(),
                account.profile(mails));
    }

    /** Whether the token was issued for this login. */
    boolean isOf(RefreshToken token, RefreshFamily login) {
        return refreshTokens.isOf(token, login);
    }

    /** A token that this server may have issued, of whichever login; empty for any other text. */
    Optional<RefreshToken> genuine(String text) {
        return RefreshToken.parse(text).filter(refreshTokens::isGenuine);
    }

    static UserId userOf(RefreshToken token) {
        return new UserId(AccountsConfig.USER_PREFIX + token.account());
    }
}
