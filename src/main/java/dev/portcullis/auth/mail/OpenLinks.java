package dev.portcullis.auth.mail;

import java.util.ArrayList;
import java.util.List;

/**
 * The links of one purpose that were mailed to a user and are still good, and when another one may be mailed. Strangers can ask
 * for mails to any user. So the pause between two mails grows until it is as long as the shortest life of a link: an address
 * gets two in an hour at most, and the user who opens it then finds a link that is good.
 *
 * @param links oldest first
 */
public record OpenLinks(List<Link> links, MailPause pause) {
    public static final OpenLinks NONE = new OpenLinks(List.of(), MailPause.NONE);

    private static final int MOST = 6;

    /**
     * A link that is good once.
     *
     * @param hash of its token
     */
    public record Link(String hash, long expiresAt) {}

    public OpenLinks {
        links = List.copyOf(links);
    }

    /** How long no further mail is sent, in milliseconds. */
    public long waitMs(long now) {
        return pause.waitMs(now);
    }

    /** The links with one that is mailed now. The earlier ones stay good: the mail with the new one may come late. */
    public OpenLinks with(Link link, long now) {
        List<Link> open = new ArrayList<>(
                links.stream().filter(each -> now < each.expiresAt()).toList());
        open.add(link);
        return new OpenLinks(open.subList(Math.max(0, open.size() - MOST), open.size()), pause.after(now));
    }

    public boolean opens(String hash, long now) {
        return links.stream()
                .anyMatch(each -> now < each.expiresAt() && each.hash().equals(hash));
    }

    /** The links without one whose mail was not sent. */
    public OpenLinks without(String hash, long mailedAt) {
        List<Link> others =
                links.stream().filter(each -> !each.hash().equals(hash)).toList();
        return others.size() == links.size() ? this : new OpenLinks(others, pause.without(mailedAt));
    }

    /** When all that this says is over. */
    public long endsAt() {
        return links.stream().mapToLong(Link::expiresAt).reduce(pause.endsAt(), Math::max);
    }

    /** After one of them was used, none is good. So the user must not wait long for another. */
    public OpenLinks used() {
        return new OpenLinks(List.of(), pause.shortened());
    }

    @Override
    public String toString() {
        return "OpenLinks[" + links.size() + ", " + pause.mailed() + " mailed]";
    }
}
