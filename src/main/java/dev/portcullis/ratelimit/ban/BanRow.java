package dev.portcullis.ratelimit.ban;

import dev.portcullis.http.AddressRange;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.store.StoreFailure;
import java.util.Optional;
import java.util.stream.Stream;

/** A ban as the stores keep it, under the key of its target: {@code 1 <origin> <until> <decided at> <reason>}. */
final class BanRow {
    private static final String FORMAT = "1";
    private static final int PARTS = 5;

    private BanRow() {}

    static String encode(Ban ban) {
        return String.join(
                " ",
                FORMAT,
                ban.origin().id(),
                Long.toString(ban.until()),
                Long.toString(ban.decidedAt()),
                ban.reason());
    }

    /** Fails for an unreadable one: to ignore it would let in who is banned (CWE-636). */
    static Ban decode(String key, String row) {
        String[] parts = row.split(" ", PARTS);
        Optional<BanTarget> target = target(key);
        Optional<Origin> origin =
                parts.length == PARTS && parts[0].equals(FORMAT) ? origin(parts[1]) : Optional.empty();
        if (target.isEmpty() || origin.isEmpty()) {
            throw unreadable();
        }
        try {
            return new Ban(target.get(), origin.get(), parts[4], Long.parseLong(parts[2]), Long.parseLong(parts[3]));
        } catch (NumberFormatException malformed) {
            throw unreadable();
        }
    }

    /** Fails for an unreadable one. */
    static BanTarget decodeTarget(String key) {
        return target(key).orElseThrow(BanRow::unreadable);
    }

    private static Optional<BanTarget> target(String key) {
        int colon = key.indexOf(':');
        String name = key.substring(colon + 1);
        return switch (key.substring(0, Math.max(0, colon))) {
            case "user" ->
                UserId.isValid(name) ? Optional.of(new BanTarget.OfUser(new UserId(name))) : Optional.empty();
            case "ip" -> AddressRange.parse(name).map(BanTarget.OfAddresses::new);
            default -> Optional.empty();
        };
    }

    private static Optional<Origin> origin(String id) {
        return Stream.of(Origin.values()).filter(each -> each.id().equals(id)).findFirst();
    }

    private static StoreFailure unreadable() {
        return new StoreFailure("a ban can't be read");
    }
}
