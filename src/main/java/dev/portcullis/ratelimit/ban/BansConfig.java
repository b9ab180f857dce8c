package dev.portcullis.ratelimit.ban;

import dev.portcullis.config.Section;
import dev.portcullis.http.AddressRange;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The section {@code bans}.
 *
 * @param banned for as long as they are in the configuration
 */
public record BansConfig(Listed banned, Listed allowed, List<AddressRange> sharedRanges, int max, long intervalMs) {
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:@|+-]{0,127}");
    private static final String REASON = "configuration";

    /** Users and ranges of addresses. */
    public record Listed(List<UserId> users, List<AddressRange> ranges) {
        private static Listed read(Section section, String users, String ranges) {
            return new Listed(
                    section.texts("users", List.of(), USER, users).stream()
                            .filter(UserId::isValid)
                            .map(UserId::new)
                            .toList(),
                    AddressRange.list(section, "ranges", ranges));
        }

        boolean hasUser(UserId user) {
            return users.contains(user);
        }
    }

    public static BansConfig read(Section bans) {
        return new BansConfig(
                Listed.read(
                        bans.basic(),
                        "users who may not come in, whatever their token says",
                        "addresses or CIDR ranges that may not come in, whatever token they bring"),
                Listed.read(
                        bans.section("allowed"),
                        "users whom no rule bans",
                        "addresses or CIDR ranges that no rule bans, and that bans of wider ranges leave out"),
                AddressRange.list(
                        bans,
                        "sharedRanges",
                        "addresses or CIDR ranges that many people share, such as an office's; no rule bans them, their"
                                + " logins are limited by account only, and their transfers of files by user only"),
                bans.integer(
                        "max",
                        10_000,
                        10,
                        100_000,
                        "bans by operators and rules that are kept at one time; beyond, an operator's"
                                + " ban takes the place of a rule's, and a rule's that of a rule's ban of addresses"),
                bans.millis(
                        "intervalMs",
                        500,
                        50,
                        500,
                        "time between two looks of a node for new bans; a hint of another node causes one at once"));
    }

    /** The bans that the configuration itself decides. */
    public List<Ban> configured() {
        return Stream.concat(
                        banned.users().stream().<BanTarget>map(BanTarget.OfUser::new),
                        banned.ranges().stream().map(BanTarget.OfAddresses::new))
                .map(target -> new Ban(target, Origin.CONFIGURATION, REASON, Ban.FOREVER, 0))
                .toList();
    }
}
