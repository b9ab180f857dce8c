package dev.portcullis.ratelimit.ban;

import dev.portcullis.config.Section;
import dev.portcullis.http.AddressRange;
import java.util.List;

/**
 * The section {@code bans}.
 *
 * @param sharedRanges addresses that many people share, such as those of an office: no rule bans them
 */
public record BansConfig(List<AddressRange> sharedRanges) {
    public static BansConfig read(Section bans) {
        return new BansConfig(AddressRange.list(
                bans,
                "sharedRanges",
                "addresses or CIDR ranges that many people share, such as an office's; no rule bans them"));
    }
}
