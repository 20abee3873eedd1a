package funnel

import "crmreport/metrics/measure"

// openDefinitions are the metrics of the open pipeline: when it is expected to
// close, and how it moved.
func openDefinitions() []measure.Definition {
	const column = "阶段历史表（stage_history）需有 expected_close 列（每次变更时的预计成交日），否则无值。"
	const columnEN = " Needs the column expected_close of stage_history (what was expected at each change); without it there is no value."
	return []measure.Definition{
		{ID: "funnel.movement", Revision: 1, Kind: measure.Amount, Unit: measure.UnitMoney, Better: measure.Neither,
			Title:   text("管道变动", "Movement of the pipeline"),
			Meaning: text("在途管道从期初（start，本期开始前一刻）到期末（end，期末或截止日）的变动桥：新建、重开、增额、减额、赢单、输单、作废；期初加各项分毫不差等于期末。增减额按每个商机在途期间的净变化。作为当时发生的事记录：之后重开的输单在这里仍是输单。全部金额按期末汇率折算，汇率不造成变动；没有金额记 0，之后填上算增额。转移（transferred）是负责人更换或换组带来的，全公司为 0。n 为商机数。没有阶段历史的商机以商机表的创建日、关闭日和现金额为准；历史没有金额的同样以现金额为准。", "The open pipeline from the start (the moment before the period) to the end (its last day or the as-of day) as a bridge: created, re-opened, grown, shrunk, won, lost, void; the start and all of them come to the end, to the cent. Growth is a deal's net change while open. Things count as they happened: a loss that was re-opened later is a loss here. Every amount is at the rate of the end, so that rates move nothing; an amount that is not known is 0, and grows when it becomes known. transferred is what changes of owner or team bring, 0 at the company. n counts deals. A deal without history is taken with the deals table's creation, close and present amount, as is a present amount where the history has none."),
			Formula: text("期初 + 新建 + 重开 + 增额 − 减额 ± 转移 − 赢单 − 输单 − 作废 = 期末", "start + created + re-opened + grown − shrunk ± transferred − won − lost − void = end"),
			Rulings: "R-2.2, R-2.14, R-2.15, R-0.1, R-0.3, R-0.4, R-0.8"},
		{ID: "funnel.movement_due", Revision: 1, Kind: measure.Amount, Unit: measure.UnitMoney, Better: measure.Neither,
			Title:   text("本期应成交管道的变动", "Movement of the pipeline due"),
			Meaning: text("同一座桥，只看预计在期末前成交的在途商机（含已逾期的）：另有提前（pulled_in，预计成交日移入期内）和推后（pushed_out，移到期末之后）。历史里没有预计成交日的商机以现在的日期为准，不产生提前和推后。", "The same bridge of the open deals that are expected to close before the period ends, overdue ones too: with pulled_in (the expected close moved into it) and pushed_out (it moved beyond). A deal whose history has no expected close is taken with the present one, and is neither pulled nor pushed."),
			Formula: text("期初 + 新建 + 重开 + 增额 − 减额 + 提前 − 推后 ± 转移 − 赢单 − 输单 − 作废 = 期末", "start + created + re-opened + grown − shrunk + pulled in − pushed out ± transferred − won − lost − void = end"),
			Rulings: "R-2.2, R-2.14, R-2.15, R-0.1, R-0.3, R-0.4, R-0.8"},
		{ID: "funnel.coverage", Revision: 1, Kind: measure.Ratio, Unit: measure.Unit{Text: text("倍", "times")}, Better: measure.Up,
			Title:   text("管道覆盖率", "Pipeline coverage"),
			Meaning: text("进行中的期间：预计在期末前成交的在途金额（含预计成交日已过的）是剩余目标的几倍。剩余目标 = 目标 − 截至截止日已签；目标只给新签（或续签）时，管道与签约也只看该类型。目标已完成则无值并标注；没有预计成交日或没有金额的商机不计入并标注；下级有人没有目标时标注。没有目标不给出。要多少倍才够，看 1 ÷ 按金额的赢单率。", "In running periods: how many times what remains of the target the open amount covers that is expected to close before the period ends (overdue deals too). What remains is the target less what was signed by the as-of day; where only new (or only renewal) contracts have a target, only deals and contracts of that type count. Flagged, without a value, where the target is reached; deals without an expected close or an amount are left out, and flagged, as is a target that sellers below have no part of. Not given without a target. How much would do is 1 ÷ the win rate by value."),
			Formula: text("期末前应成交的在途金额 ÷（目标额 − 已签约额）", "open amount due before the period ends ÷ (target − signed so far)"),
			Rulings: "R-3.4, R-3.14, R-2.15, R-0.5", Of: []string{"funnel.open_amount", "forecast.actual", "forecast.target"}},
		{ID: "funnel.close_pushes", Revision: 1, Kind: measure.Count, Unit: measure.UnitDeals, Better: measure.Down,
			Title:   text("预计成交日推迟次数", "Expected closes pushed"),
			Meaning: text("本期内在途商机的预计成交日被往后改的次数，归改动当日的负责人。"+column, "How often in the period the expected close of an open deal moved later, by its owner on that day."+columnEN),
			Formula: text("预计成交日后移的次数", "moves of the expected close to a later day"),
			Rulings: "R-2.15, R-0.5"},
		{ID: "funnel.pushed_deals", Revision: 1, Kind: measure.Count, Unit: measure.UnitDeals, Better: measure.Down,
			Title:   text("推迟过的在途商机数", "Open deals that were pushed"),
			Meaning: text("截止日在途、预计成交日至少被往后改过一次的商机数。"+column, "Deals open on the as-of day whose expected close moved later at least once."+columnEN),
			Formula: text("推迟次数 ≥ 1 的在途商机数", "open deals pushed at least once"),
			Rulings: "R-2.15, R-0.5"},
		{ID: "funnel.close_overdue", Revision: 1, Kind: measure.Count, Unit: measure.UnitDeals, Better: measure.Down,
			Title:   text("预计成交日已过的商机数", "Deals past their expected close"),
			Meaning: text("截止日仍在途、预计成交日不晚于截止日（当日已结束）的商机数。", "Deals open on the as-of day whose expected close is not after it (that day is over)."),
			Formula: text("预计成交日 ≤ 截止日的在途商机数", "open deals with the expected close ≤ the as-of day"),
			Rulings: "R-2.2, R-2.15, R-0.1"},
		{ID: "funnel.close_overdue_amount", Revision: 1, Kind: measure.Amount, Unit: measure.UnitMoney, Better: measure.Down,
			Title:   text("预计成交日已过的金额", "Amount past its expected close"),
			Meaning: text("这些商机的金额合计，外币按截止日汇率折算。没有金额的不计入并标注。", "Amount of these deals, foreign currency at the as-of day's rate. Deals without an amount are left out, and flagged."),
			Formula: text("Σ 这些商机的金额", "Σ amount of these deals"),
			Rulings: "R-2.15, R-0.8"},
		{ID: "funnel.open_by_close", Revision: 1, Kind: measure.Count, Unit: measure.UnitDeals, Better: measure.Neither,
			Title:   text("在途商机数（按预计成交月）", "Open deals by expected close"),
			Meaning: text("截止日在途的商机按预计成交日分：已过、本月起六个月、更晚、未填。各项之和等于在途商机数。", "The deals open on the as-of day by expected close: overdue, six months from the current one on, later, none given. They sum to the open deals."),
			Formula: text("按预计成交月计数的在途商机", "open deals by month of the expected close"),
			Rulings: "R-2.2, R-2.15"},
		{ID: "funnel.open_amount_by_close", Revision: 1, Kind: measure.Amount, Unit: measure.UnitMoney, Better: measure.Up,
			Title:   text("在途金额（按预计成交月）", "Open amount by expected close"),
			Meaning: text("同上，金额合计，外币按截止日汇率折算。没有金额的不计入并标注。", "The same by amount, foreign currency at the as-of day's rate. Deals without an amount are left out, and flagged."),
			Formula: text("Σ 在途商机金额，按预计成交月", "Σ amount of open deals by month of the expected close"),
			Rulings: "R-2.15, R-0.8"},
	}
}
