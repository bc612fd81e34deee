package org.newci.standin.ci;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The text of a CI file. */
final class CiText {
  private CiText() {}

  /** The text; refused when it is too large or not UTF-8. */
  static String decode(byte[] bytes) throws Unusable {
    checkSize(bytes.length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Unusable("Invalid configuration format: the file is not UTF-8");
    }
  }

  static void checkSize(int size) throws Unusable {
    if (size > CiFile.LARGEST_BYTES) {
      throw new Unusable("The file is too big: more than " + CiFile.LARGEST_BYTES + " bytes");
    }
  }
}
