package dev.portcullis.auth.refresh;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The refresh tokens of one login: each replaces the one before it.
 *
 * @param id {@code sid} of the access tokens; public, unlike the seed
 * @param seed from which the tokens are computed
 * @param inBody whether its tokens travel in bodies
 * @param generation of the newest token
 * @param issued when the newest generations were issued, the newest last
 * @param endedAt when it ended early: then its sessions and access tokens have to end too
 * @param device the device that got the newest token
 */
public record RefreshFamily(
        String id,
        String seed,
        long createdAt,
        boolean inBody,
        long generation,
        List<Long> issued,
        Optional<Long> endedAt,
        LoginDevice device) {
    /** Bounds the row. A client that refreshes more often within the grace has a loop, not a second tab. */
    private static final int REMEMBERED = 8;

    public RefreshFamily {
        issued = List.copyOf(issued);
    }

    public static RefreshFamily begin(String id, String seed, boolean inBody, LoginDevice device, long now) {
        return new RefreshFamily(id, seed, now, inBody, 0, List.of(now), Optional.empty(), device);
    }

    public boolean isLive() {
        return endedAt.isEmpty();
    }

    public long newestIssuedAt() {
        return issued.get(issued.size() - 1);
    }

    public RefreshFamily rotate(LoginDevice by, long now) {
        List<Long> times = new ArrayList<>(issued);
        times.add(now);
        return new RefreshFamily(
                id,
                seed,
                createdAt,
                inBody,
                generation + 1,
                times.subList(Math.max(0, times.size() - REMEMBERED), times.size()),
                endedAt,
                by);
    }

    public RefreshFamily end(long now) {
        return new RefreshFamily(
                id, seed, createdAt, inBody, generation, issued, Optional.of(endedAt.orElse(now)), device);
    }

    /** When a used generation was replaced; empty if that is long ago. */
    Optional<Long> replacedAt(long used) {
        long index = issued.size() - 1 - (generation - (used + 1));
        return index >= 0 && index < issued.size() ? Optional.of(issued.get((int) index)) : Optional.empty();
    }

    @Override
    public String toString() { // a seed in a log gives its reader the login (CWE-532)
        return "RefreshFamily[" + id + ", generation " + generation + "]";
    }
}
