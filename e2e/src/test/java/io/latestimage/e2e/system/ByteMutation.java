package io.latestimage.e2e.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.SplittableRandom;

/** A change of the bytes of a request, wherever they are. */
enum ByteMutation {
    /** The client stops in the middle. */
    CUT {
        @Override
        byte[] apply(byte[] bytes, SplittableRandom random) {
            return Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
        }
    },
    FLIP {
        @Override
        byte[] apply(byte[] bytes, SplittableRandom random) {
            byte[] flipped = bytes.clone();
            for (int i = random.nextInt(8); i >= 0; i--) {
                flipped[offset(bytes, random)] = (byte) random.nextInt(256);
            }
            return flipped;
        }
    },
    INSERT {
        @Override
        byte[] apply(byte[] bytes, SplittableRandom random) {
            byte[] token = FuzzValues.pick(FuzzValues.TOKENS, random).getBytes(ISO_8859_1);
            int at = offset(bytes, random);
            return splice(bytes, at, token, at);
        }
    },
    DELETE {
        @Override
        byte[] apply(byte[] bytes, SplittableRandom random) {
            int from = Math.max(1, offset(bytes, random)); // never all of them
            return splice(bytes, from, new byte[0], Math.min(bytes.length, from + 1 + random.nextInt(16)));
        }
    },
    REPEAT {
        @Override
        byte[] apply(byte[] bytes, SplittableRandom random) {
            int from = offset(bytes, random);
            int to = Math.min(bytes.length, from + 1 + random.nextInt(2_000));
            return splice(bytes, to, Arrays.copyOfRange(bytes, from, to), to);
        }
    };

    /** Most of what is parsed is at the beginning. */
    private static final int HEAD = 1_000;

    /** Returns changed bytes, at least one. */
    abstract byte[] apply(byte[] bytes, SplittableRandom random);

    private static int offset(byte[] bytes, SplittableRandom random) {
        return random.nextInt(random.nextInt(3) == 0 ? bytes.length : Math.min(HEAD, bytes.length));
    }

    private static byte[] splice(byte[] bytes, int from, byte[] middle, int to) {
        byte[] spliced = new byte[from + middle.length + bytes.length - to];
        System.arraycopy(bytes, 0, spliced, 0, from);
        System.arraycopy(middle, 0, spliced, from, middle.length);
        System.arraycopy(bytes, to, spliced, from + middle.length, bytes.length - to);
        return spliced;
    }
}
