package dev.portcullis.content;

/**
 * Characters that are not drawn (Default_Ignorable_Code_Point of Unicode, which Java does not know): joiners, bidi controls,
 * variation selectors, fillers, tags, and places that are kept for more of them.
 */
public final class DefaultIgnorable {
    /** The first and the last one of each run. */
    private static final int[][] RUNS = {
        {0xAD, 0xAD},
        {0x34F, 0x34F},
        {0x61C, 0x61C},
        {0x115F, 0x1160},
        {0x17B4, 0x17B5},
        {0x180B, 0x180F},
        {0x200B, 0x200F},
        {0x202A, 0x202E},
        {0x2060, 0x206F},
        {0x3164, 0x3164},
        {0xFE00, 0xFE0F},
        {0xFEFF, 0xFEFF},
        {0xFFA0, 0xFFA0},
        {0xFFF0, 0xFFF8},
        {0x1BCA0, 0x1BCA3},
        {0x1D173, 0x1D17A},
        {0xE0000, 0xE0FFF}
    };

    private DefaultIgnorable() {}

    public static boolean contains(int codePoint) {
        for (int[] run : RUNS) {
            if (codePoint <= run[1]) {
                return codePoint >= run[0];
            }
        }
        return false;
    }
}
