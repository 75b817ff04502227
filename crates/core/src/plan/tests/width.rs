//! Tests of `width`.

use crate::plan::width::{half_width, plain};

#[test]
fn full_width_signs_are_read_as_their_half_width_twins() {
    assert_eq!(half_width("１５分　：％＞＠［ａＺ～"), "15分 :%>@[aZ~");
    assert_eq!(plain(" 月〜金　９：００－１８：００ "), "月-金 9:00-18:00");
}
