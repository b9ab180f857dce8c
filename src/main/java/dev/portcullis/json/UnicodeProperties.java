package dev.portcullis.json;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The properties of Unicode by the names of ECMA-262, whose case counts. Java has more names for them, with which a client
 * would refuse the published schema, and has no answer for some: {@code Script_Extensions} and most binary properties are not
 * known here.
 */
final class UnicodeProperties {
    /** The categories by the types of {@link Character#getType(int)}, as bits. */
    private static final Map<String, Integer> CATEGORIES = new HashMap<>();

    private static final Map<String, IntPredicate> BINARY = new HashMap<>();
    private static final Pattern SHORT_SCRIPT = Pattern.compile("[A-Z][a-z]{3}");
    private static final Map<String, Character.UnicodeScript> SCRIPTS = Stream.of(Character.UnicodeScript.values())
            .collect(Collectors.toMap(UnicodeProperties::scriptName, script -> script));

    static {
        category(Character.UPPERCASE_LETTER, "Lu", "Uppercase_Letter");
        category(Character.LOWERCASE_LETTER, "Ll", "Lowercase_Letter");
        category(Character.TITLECASE_LETTER, "Lt", "Titlecase_Letter");
        category(Character.MODIFIER_LETTER, "Lm", "Modifier_Letter");
        category(Character.OTHER_LETTER, "Lo", "Other_Letter");
        category(Character.NON_SPACING_MARK, "Mn", "Nonspacing_Mark");
        category(Character.COMBINING_SPACING_MARK, "Mc", "Spacing_Mark");
        category(Character.ENCLOSING_MARK, "Me", "Enclosing_Mark");
        category(Character.DECIMAL_DIGIT_NUMBER, "Nd", "Decimal_Number", "digit");
        category(Character.LETTER_NUMBER, "Nl", "Letter_Number");
        category(Character.OTHER_NUMBER, "No", "Other_Number");
        category(Character.CONNECTOR_PUNCTUATION, "Pc", "Connector_Punctuation");
        category(Character.DASH_PUNCTUATION, "Pd", "Dash_Punctuation");
        category(Character.START_PUNCTUATION, "Ps", "Open_Punctuation");
        category(Character.END_PUNCTUATION, "Pe", "Close_Punctuation");
        category(Character.INITIAL_QUOTE_PUNCTUATION, "Pi", "Initial_Punctuation");
        category(Character.FINAL_QUOTE_PUNCTUATION, "Pf", "Final_Punctuation");
        category(Character.OTHER_PUNCTUATION, "Po", "Other_Punctuation");
        category(Character.MATH_SYMBOL, "Sm", "Math_Symbol");
        category(Character.CURRENCY_SYMBOL, "Sc", "Currency_Symbol");
        category(Character.MODIFIER_SYMBOL, "Sk", "Modifier_Symbol");
        category(Character.OTHER_SYMBOL, "So", "Other_Symbol");
        category(Character.SPACE_SEPARATOR, "Zs", "Space_Separator");
        category(Character.LINE_SEPARATOR, "Zl", "Line_Separator");
        category(Character.PARAGRAPH_SEPARATOR, "Zp", "Paragraph_Separator");
        category(Character.CONTROL, "Cc", "Control", "cntrl");
        category(Character.FORMAT, "Cf", "Format");
        category(Character.SURROGATE, "Cs", "Surrogate");
        category(Character.PRIVATE_USE, "Co", "Private_Use");
        category(Character.UNASSIGNED, "Cn", "Unassigned");
        CATEGORIES.put("LC", types("Lu") | types("Ll") | types("Lt"));
        alias("LC", "Cased_Letter");
        alias("L", "Letter");
        alias("M", "Mark", "Combining_Mark");
        alias("N", "Number");
        alias("P", "Punctuation", "punct");
        alias("S", "Symbol");
        alias("Z", "Separator");
        alias("C", "Other");
        binary(c -> true, "Any");
        binary(c -> c < 0x80, "ASCII");
        binary(c -> Character.getType(c) != Character.UNASSIGNED, "Assigned");
        binary(Character::isAlphabetic, "Alphabetic", "Alpha");
        binary(Character::isLowerCase, "Lowercase", "Lower");
        binary(Character::isUpperCase, "Uppercase", "Upper");
        binary(Character::isIdeographic, "Ideographic", "Ideo");
        binary(Character::isMirrored, "Bidi_Mirrored", "Bidi_M");
        binary(UnicodeProperties::isWhiteSpace, "White_Space", "space");
        binary(UnicodeProperties::isHexDigit, "ASCII_Hex_Digit", "AHex");
        binary(c -> isHexDigit(c) || (c > 0xff00 && isHexDigit(c - 0xfee0)), "Hex_Digit", "Hex");
        binary(c -> c == 0x200c || c == 0x200d, "Join_Control", "Join_C");
        binary(c -> (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef), "Noncharacter_Code_Point", "NChar");
    }

    private UnicodeProperties() {}

    /** @param name as in {@code \p{name}}, without a sign or with {@code =} */
    static Optional<IntPredicate> of(String name) {
        int equals = name.indexOf('=');
        String value = name.substring(equals + 1);
        return switch (equals < 0 ? "" : name.substring(0, equals)) {
            case "" ->
                equals == 0 ? Optional.empty() : category(value).or(() -> Optional.ofNullable(BINARY.get(value)));
            case "gc", "General_Category" -> category(value);
            case "sc", "Script" -> script(value);
            default -> Optional.empty();
        };
    }

    private static Optional<IntPredicate> category(String value) {
        return Optional.ofNullable(CATEGORIES.get(value)).map(types -> c -> (types >> Character.getType(c) & 1) == 1);
    }

    private static Optional<IntPredicate> script(String value) {
        Optional<Character.UnicodeScript> script = Optional.ofNullable(SCRIPTS.get(value));
        if (script.isEmpty() && SHORT_SCRIPT.matcher(value).matches()) {
            try {
                script = Optional.of(Character.UnicodeScript.forName(value));
            } catch (IllegalArgumentException unknown) {
                return Optional.empty();
            }
        }
        return script.map(known -> c -> Character.UnicodeScript.of(c) == known);
    }

    /** {@code OLD_ITALIC} is {@code Old_Italic}. */
    private static String scriptName(Character.UnicodeScript script) {
        return script == Character.UnicodeScript.SIGNWRITING
                ? "SignWriting"
                : Stream.of(script.name().split("_", -1))
                        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining("_"));
    }

    private static boolean isWhiteSpace(int c) {
        return (c >= '\t' && c <= '\r') || c == 0x85 || Character.isSpaceChar(c);
    }

    private static boolean isHexDigit(int c) {
        return c < 0x80 && Character.digit(c, 16) >= 0;
    }

    /** A category belongs to the group that its first letter names. */
    private static void category(byte type, String id, String... names) {
        CATEGORIES.put(id, 1 << type);
        CATEGORIES.merge(id.substring(0, 1), 1 << type, (some, more) -> some | more);
        alias(id, names);
    }

    private static void alias(String id, String... names) {
        for (String name : names) {
            CATEGORIES.put(name, types(id));
        }
    }

    private static int types(String id) {
        return Objects.requireNonNull(CATEGORIES.get(id));
    }

    private static void binary(IntPredicate property, String... names) {
        for (String name : names) {
            BINARY.put(name, property);
        }
    }
}
