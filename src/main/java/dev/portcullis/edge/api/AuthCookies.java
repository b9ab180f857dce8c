package dev.portcullis.edge.api;

import dev.portcullis.auth.account.Accounts;
import dev.portcullis.auth.account.Grant;
import dev.portcullis.http.RequestCookies;
import dev.portcullis.protocol.UserId;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The cookies of a login. No script can read them, no page of another site can have them sent, and no plain connection
 * carries them (RFC 6265, draft 6265bis; CWE-1004, CWE-614, CWE-1275). Browsers take localhost for secure. A name with the
 * prefix {@code __Host-} can't be set by a page of a sibling domain; it needs the path {@code /} (CWE-565).
 */
public final class AuthCookies {
    /** Begins a name that browsers let no other host set. */
    public static final String OF_THIS_HOST = "__Host-";

    /** Holds the refresh token. */
    public static final String REFRESH = OF_THIS_HOST + "portcullis_refresh";

    /** Holds the {@link DeviceToken}. A logout leaves it: the next login is of the same device. */
    static final String DEVICE = OF_THIS_HOST + "portcullis_device";

    private static final String GUARDED = "; HttpOnly; Secure; SameSite=Strict";

    /** More than a login takes from the signature to the answer, and the fraction of a second that the claims lack. */
    private static final long JUST_MADE_MS = 3_000;

    private final Optional<String> access;
    private final long lifetimeMs;
    private final long deviceMs;
    private final LongSupplier clock;

    /**
     * @param access the cookie for the access token; empty if clients may not present it in one
     * @param lifetimeMs of an access token
     * @param deviceMs how long an account knows a device
     */
    public AuthCookies(Optional<String> access, long lifetimeMs, long deviceMs, LongSupplier clock) {
        this.access = access;
        this.lifetimeMs = lifetimeMs;
        this.deviceMs = deviceMs;
        this.clock = clock;
    }

    /** Sets none for a client that wants its tokens in the body. */
    void set(HttpServerResponse response, Granted granted) {
        Grant grant = granted.grant();
        if (!grant.refreshInBody()) {
            add(response, REFRESH, grant.refreshToken(), seconds(grant.refreshExpiresAt()));
            access.ifPresent(name -> add(response, name, grant.accessToken(), expiresIn(grant)));
            granted.device().ifPresent(token -> setDevice(response, token));
        }
    }

    void setDevice(HttpServerResponse response, String token) {
        add(response, DEVICE, token, deviceMs / 1_000);
    }

    /**
     * Whether a browser has the cookies of another login than this one: another window of it logged in since. A text that
     * is no refresh token is of no login, and a second cookie, which a sibling domain can add, hides none.
     *
     * @param lines all {@code Cookie} lines of a request
     */
    static boolean areOfAnother(List<String> lines, String sid) {
        return areOfAnother(lines, sid, Accounts::sidOf);
    }

    /** Whether a browser has the cookies of another user than this one. */
    static boolean areOfAnother(List<String> lines, UserId user) {
        return areOfAnother(lines, user, Accounts::userOf);
    }

    private static <T> boolean areOfAnother(List<String> lines, T own, Function<String, Optional<T>> of) {
        List<T> found = RequestCookies.values(lines, REFRESH).stream()
                .flatMap(token -> of.apply(token).stream())
                .toList();
        return !found.isEmpty() && !found.contains(own);
    }

    void clear(HttpServerResponse response) {
        add(response, REFRESH, "", 0);
        access.ifPresent(name -> add(response, name, "", 0));
    }

    /**
     * The life of an access token. Its claims count whole seconds, and answering takes a moment: a token that was just made
     * has all of its life, as its claims say.
     */
    long expiresIn(Grant grant) {
        boolean justMade = lifetimeMs - (grant.expiresAt() - clock.getAsLong()) < JUST_MADE_MS;
        return justMade ? lifetimeMs / 1_000 : seconds(grant.expiresAt());
    }

    /** The rest of the life of a token. */
    private long seconds(long expiresAt) {
        return Math.max(0, (expiresAt - clock.getAsLong() + 999) / 1_000);
    }

    private static void add(HttpServerResponse response, String name, String value, long maxAge) {
        response.headers().add(HttpHeaders.SET_COOKIE, name + "=" + value + "; Path=/; Max-Age=" + maxAge + GUARDED);
    }
}
