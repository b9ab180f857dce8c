package dev.portcullis.config;

import java.util.regex.Pattern;

/** Which hosts mean this machine and nothing else. */
public final class Loopback {
    private static final Pattern SPELLINGS =
            Pattern.compile("(?i)localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|::1|(0{1,4}:){7}0{0,3}1");

    private Loopback() {}

    /** By its spelling: what a name resolves to can change after the check (CWE-367). */
    public static boolean isMeantBy(String host) {
        return SPELLINGS.matcher(host).matches();
    }
}
