package dev.portcullis.edge.api;

import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.http.RequestCookies;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The random text by which an account knows a device that it has logged in with. It opens nothing: it only tells its user's
 * logins from those of strangers, also behind the same address.
 */
final class DeviceToken {
    private static final int BYTES = 16;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{22}");

    private DeviceToken() {}

    /** @param cookies all lines of that header */
    static Optional<String> of(Optional<String> inBody, List<String> cookies) {
        return inBody.or(() -> RequestCookies.values(cookies, AuthCookies.DEVICE).stream()
                .filter(each -> FORM.matcher(each).matches())
                .findFirst());
    }

    /**
     * One for a device that the account does not know. The token that the device brought may be known to others who use it, with
     * an account of theirs.
     */
    static String next() {
        return Base64Url.random(BYTES);
    }
}
