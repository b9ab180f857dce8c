package dev.portcullis.ratelimit.stuffing;

import dev.portcullis.config.Section;
import dev.portcullis.protocol.LowerCaseId;

/** The section {@code stuffing}. */
public record StuffingConfig(
        Mode mode,
        int accounts,
        int tokens,
        long windowMs,
        long banMs,
        int wideFactor,
        int knownAddresses,
        long knownMs,
        int tracked) {

    /** The reaction of the rule. */
    public enum Mode implements LowerCaseId {
        /** Refuses, and bans the address. */
        ENFORCE,
        /** Counts, and logs what it would have done. */
        OBSERVE,
        OFF
    }

    public static StuffingConfig read(Section stuffing) {
        return new StuffingConfig(
                stuffing.choice(
                        "mode",
                        Mode.ENFORCE,
                        "enforce bans an address that tries stolen passwords or forged tokens; observe only logs what"
                                + " it would have banned; off counts nothing"),
                stuffing.integer(
                        "accounts",
                        20,
                        2,
                        1_000,
                        "accounts to which logins of one address fail, at which it is banned"),
                stuffing.integer("tokens", 10, 2, 1_000, "forged tokens of one address at which it is banned"),
                stuffing.millis("windowMs", 300_000, 1_000, 3_600_000, "the time in which both count"),
                stuffing.millis("banMs", 900_000, 1_000, 86_400_000, "how long the address is banned"),
                stuffing.integer(
                        "wideFactor",
                        8,
                        ClientNetworks.SITES,
                        100,
                        "times as many for an IPv6 /48 as for a /64; beyond, the /48 is banned; a /56 may a quarter of"
                                + " that, and is banned beyond it"),
                stuffing.integer(
                        "knownAddresses",
                        8,
                        1,
                        64,
                        "addresses kept for each account from which it has logged in, and as many devices: failures of"
                                + " strangers don't lock them out"),
                stuffing.millis(
                        "knownMs",
                        2_592_000_000L,
                        60_000,
                        31_536_000_000L,
                        "how long an address or a device is kept after its last login to the account"),
                stuffing.integer(
                        "tracked",
                        50_000,
                        4,
                        10_000_000,
                        "addresses that fail, which the embedded store keeps in memory, each about 500 bytes; for one"
                                + " more the address that failed longest ago is forgotten, and counts from zero"));
    }

    boolean isOn() {
        return mode != Mode.OFF;
    }

    int wide(int max) {
        return max * wideFactor;
    }

    /** The limit of an IPv6 /56. */
    int site(int max) {
        return max * (wideFactor / ClientNetworks.SITES);
    }
}
