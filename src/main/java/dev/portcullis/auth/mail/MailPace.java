package dev.portcullis.auth.mail;

import dev.portcullis.http.IpAddress;
import dev.portcullis.resilience.LruMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How often a client may have mails sent to one mailbox by accounts that it registers: the account is no bound, since it can be
 * deleted and made again, or have another spelling of the mailbox. Each network pays for its own, so that no stranger elsewhere
 * can spend what the user of the mailbox needs. In one network, too, the first {@link #OWN} of those that differ have a pause
 * each: a user whose address has a plus is not kept from mails by a stranger with another spelling, nor by another customer of
 * the provider. All further ones share a pause, since anyone can make up as many as they like. In memory, of this node alone.
 * Used by all threads.
 */
public final class MailPace {
    /** The number of accounts that can be registered at an address in 15 minutes. */
    static final int OWN = 5;

    private static final int TRACKED = 20_000;
    private static final char TAG = '+';

    private final Map<String, Mailbox> mailboxes = new LruMap<>(TRACKED);

    /** How long no further mail is sent, in milliseconds. */
    public synchronized long waitMs(String network, String address, long now) {
        Client client = Client.of(network, address);
        Mailbox mailbox = mailboxes.get(client.mailbox);
        return mailbox == null ? 0 : mailbox.pauseOf(client.own, now).waitMs(now);
    }

    public synchronized void mailed(String network, String address, long now) {
        Client client = Client.of(network, address);
        mailboxes.computeIfAbsent(client.mailbox, any -> new Mailbox()).mailed(client.own, now);
    }

    /** The mail that was counted at this time was not sent. */
    public synchronized void giveBack(String network, String address, long mailedAt) {
        Client client = Client.of(network, address);
        Mailbox mailbox = mailboxes.get(client.mailbox);
        if (mailbox != null) {
            mailbox.giveBack(client.own, mailedAt);
        }
    }

    /** The pauses of a mailbox and the widest network of its clients. */
    private static final class Mailbox {
        private final Map<String, MailPause> own = new HashMap<>();
        private MailPause shared = MailPause.NONE;

        private MailPause pauseOf(String client, long now) {
            boolean free =
                    own.values().stream().filter(each -> !each.hasRested(now)).count() < OWN;
            return own.getOrDefault(client, free ? MailPause.NONE : shared);
        }

        private void mailed(String client, long now) {
            own.values().removeIf(each -> each.hasRested(now));
            if (own.size() < OWN || own.containsKey(client)) {
                own.merge(client, MailPause.NONE.after(now), (before, first) -> before.after(now));
            } else {
                shared = shared.after(now);
            }
        }

        private void giveBack(String client, long mailedAt) {
            if (own.containsKey(client)) {
                own.computeIfPresent(client, (any, pause) -> pause.without(mailedAt));
                own.remove(client, MailPause.NONE);
            } else {
                shared = shared.without(mailedAt);
            }
        }
    }

    /**
     * An address without its tag: with most servers the text after a plus sign names no other mailbox (RFC 5233). The address
     * without a tag is kept apart from all addresses with one, since it can't be made up.
     *
     * @param own the customer of the network's provider and the spelling of the address, which tell clients of one mailbox
     *     apart
     */
    private record Client(String mailbox, String own) {
        private static Client of(String network, String address) {
            String email = address.toLowerCase(Locale.ROOT);
            int at = email.lastIndexOf('@');
            int plus = email.indexOf(TAG, 1);
            boolean tagged = plus > 0 && plus < at;
            String spelling = tagged ? email.substring(plus, at) : "";
            String mailbox = tagged ? email.substring(0, plus + 1) + email.substring(at) : email;
            int slash = network.indexOf('/');
            return IpAddress.parse(slash < 0 ? network : network.substring(0, slash))
                    .map(ip -> new Client(ip.keys().wide().orElse(network) + " " + mailbox, ip.site() + " " + spelling))
                    .orElseGet(() -> new Client(network + " " + mailbox, spelling));
        }
    }
}
