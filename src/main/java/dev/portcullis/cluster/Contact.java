package dev.portcullis.cluster;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where another node may be found. */
public record Contact(String host, int port) {
    /** A name, an IPv4 or a bracketed IPv6 address, and perhaps a port. */
    static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9A-Fa-f:.]{2,45}])(?::([1-9][0-9]{0,4}))?");

    static Contact of(String text, int standardPort) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a contact");
        }
        String port = parts.group(2);
        return new Contact(
                parts.group(1).replaceAll("[\\[\\]]", ""), port == null ? standardPort : Integer.parseInt(port));
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
