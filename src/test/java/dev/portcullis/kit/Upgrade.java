package dev.portcullis.kit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The additional header lines of an upgrade request, so that a test can change one of them. */
public record Upgrade(List<String> lines) {
    public static Upgrade of(String... lines) {
        return new Upgrade(List.of(lines));
    }

    /** Sets this header. */
    public Upgrade with(String name, String value) {
        return without(name).plus(name, value);
    }

    /** Adds a line with this header. */
    public Upgrade plus(String name, String value) {
        List<String> more = new ArrayList<>(lines);
        more.add(name + ": " + value);
        return new Upgrade(List.copyOf(more));
    }

    public Upgrade without(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return new Upgrade(lines.stream()
                .filter(line -> !line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .toList());
    }

    public Upgrade withToken(String token) {
        return with("Sec-WebSocket-Protocol", "portcullis.v1, bearer." + token);
    }

    public RawPeer.Reply from(RawPeer peer) {
        return peer.upgrade(lines.toArray(String[]::new));
    }
}
