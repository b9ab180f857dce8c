package dev.portcullis.auth.mail;

import dev.portcullis.http.IpAddress;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How often a client may have mails sent to one mailbox by accounts that it registers: the account is no bound, since it can be
 * deleted and made again, or have another spelling of the mailbox. Each network pays for its own, so that no stranger can spend what
 * the user of the mailbox needs. In memory, of this node alone. Used by all threads.
 */
public final class MailPace {
    private static final int TRACKED = 20_000;
    private static final char TAG = '+';

    private final Map<String, MailPause> pauses = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, MailPause> eldest) {
            return size() > TRACKED;
        }
    };

    /** How long no further mail is sent, in milliseconds. */
    public synchronized long waitMs(String network, String address, long now) {
        return pauses.getOrDefault(key(network, address), MailPause.NONE).waitMs(now);
    }

    public synchronized void mailed(String network, String address, long now) {
        pauses.merge(key(network, address), MailPause.NONE.after(now), (before, first) -> before.after(now));
    }

    /** The mail that was counted at this time was not sent. */
    public synchronized void giveBack(String network, String address, long mailedAt) {
        pauses.computeIfPresent(key(network, address), (any, pause) -> pause.without(mailedAt));
    }

    /**
     * What stands behind a plus sign is no other mailbox with most servers (RFC 5233). Anyone can make up such addresses, so they share a
     * pause that the address without one has no part in.
     */
    private static String key(String network, String address) {
        int at = address.lastIndexOf('@');
        int plus = address.indexOf(TAG, 1);
        String mailbox = plus < 0 || plus > at ? address : address.substring(0, plus + 1) + address.substring(at);
        return site(network) + " " + mailbox.toLowerCase(Locale.ROOT);
    }

    /** A customer has many of the narrow networks of IPv6. */
    private static String site(String network) {
        int slash = network.indexOf('/');
        return slash < 0
                ? network
                : IpAddress.parse(network.substring(0, slash))
                        .flatMap(address -> address.keys().wide())
                        .orElse(network);
    }
}
