package dev.portcullis.json;

import java.util.BitSet;

/** The generic syntax of RFC 3986, read once from left to right. {@link java.net.URI} is that of RFC 2396. */
final class UriSyntax {
    private static final BitSet UNRESERVED_OR_SUB_DELIMITER = set("-._~!$&'()*+,;=");
    private static final BitSet SCHEME = set("+-.");
    private static final BitSet USER = set("-._~!$&'()*+,;=:");
    private static final BitSet SEGMENT = set("-._~!$&'()*+,;=:@");
    private static final BitSet PATH = set("-._~!$&'()*+,;=:@/");
    private static final BitSet QUERY = set("-._~!$&'()*+,;=:@/?");

    private UriSyntax() {}

    static boolean isUri(String text) {
        int colon = text.indexOf(':');
        return colon > 0 && isScheme(text, colon) && isAfterScheme(text, colon + 1);
    }

    static boolean isReference(String text) {
        return isUri(text) || (!hasColonInFirstSegment(text) && isAfterScheme(text, 0));
    }

    private static boolean isScheme(String text, int end) {
        return isLetter(text.charAt(0)) && text.chars().limit(end).allMatch(SCHEME::get);
    }

    private static boolean hasColonInFirstSegment(String text) {
        int colon = text.indexOf(':');
        return colon >= 0 && allIn(SEGMENT, text, 0, colon);
    }

    private static boolean isAfterScheme(String text, int begin) {
        int fragment = text.indexOf('#', begin);
        int query = text.indexOf('?', begin);
        int end = fragment < 0 ? text.length() : fragment;
        int pathEnd = query < 0 || query > end ? end : query;
        int path = begin;
        if (text.startsWith("//", begin)) {
            int slash = text.indexOf('/', begin + 2);
            path = slash < 0 || slash > pathEnd ? pathEnd : slash;
            if (!isAuthority(text.substring(begin + 2, path))) {
                return false;
            }
        }
        return allIn(PATH, text, path, pathEnd)
                && (pathEnd == end || allIn(QUERY, text, pathEnd + 1, end))
                && (fragment < 0 || allIn(QUERY, text, fragment + 1, text.length()));
    }

    private static boolean isAuthority(String text) {
        int at = text.indexOf('@');
        if (at >= 0 && !allIn(USER, text, 0, at)) {
            return false;
        }
        int host = at + 1;
        int hostEnd = text.startsWith("[", host) ? text.indexOf(']', host) + 1 : text.indexOf(':', host);
        if (text.startsWith("[", host)) {
            if (hostEnd == 0 || !isLiteral(text.substring(host + 1, hostEnd - 1))) {
                return false;
            }
        } else {
            hostEnd = hostEnd < 0 ? text.length() : hostEnd;
            if (!allIn(UNRESERVED_OR_SUB_DELIMITER, text, host, hostEnd)) {
                return false;
            }
        }
        return hostEnd == text.length() || (text.charAt(hostEnd) == ':' && isPort(text.substring(hostEnd + 1)));
    }

    /** A zone is no part of it: those of RFC 6874 are withdrawn (RFC 9844). */
    private static boolean isLiteral(String text) {
        if (!text.startsWith("v") && !text.startsWith("V")) {
            return IpSyntax.isV6(text);
        }
        int dot = text.indexOf('.');
        return dot > 1
                && text.substring(1, dot).chars().allMatch(UriSyntax::isHexDigit)
                && dot + 1 < text.length()
                && text.indexOf('%') < 0
                && allIn(USER, text, dot + 1, text.length());
    }

    private static boolean isPort(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean allIn(BitSet allowed, String text, int begin, int end) {
        for (int at = begin; at < end; at++) {
            char c = text.charAt(at);
            if (c == '%') {
                if (at + 2 >= end || !isHexDigit(text.charAt(at + 1)) || !isHexDigit(text.charAt(at + 2))) {
                    return false;
                }
                at += 2;
            } else if (!allowed.get(c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isHexDigit(int c) {
        return c < 0x80 && Character.digit(c, 16) >= 0;
    }

    /** Letters and digits of ASCII, and others. */
    private static BitSet set(String others) {
        BitSet set = new BitSet();
        set.set('a', 'z' + 1);
        set.set('A', 'Z' + 1);
        set.set('0', '9' + 1);
        others.chars().forEach(set::set);
        return set;
    }
}
