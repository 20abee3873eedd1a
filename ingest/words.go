package ingest

import (
	"math/bits"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/ingest/value"
)

// lexicon says which words mean which value; a configuration adds words by
// mapping them to one of ours (Source.Words).
type lexicon[V any] struct {
	slots []entry[V] // a hash table of the words: a power of two of them, at most half full
	known []string   // our words, for messages
	blank V
}

// words makes a lexicon from lines "ours alias alias…".
func words[V any](blank V, entries ...entry[V]) lexicon[V] {
	l := lexicon[V]{blank: blank}
	size := 1
	for _, e := range entries {
		size += 3 * len(strings.Fields(e.say))
	}
	l.slots = make([]entry[V], 1<<bits.Len(uint(2*size)))
	for _, e := range entries {
		for i, w := range strings.Fields(e.say) {
			w = strings.ReplaceAll(w, "_", " ")
			if i == 0 {
				w = strings.Fields(e.say)[0]
				l.known = append(l.known, w)
			}
			for _, w := range []string{w, strings.ToLower(w), strings.ToUpper(w)} { // as Y and TRUE are mostly written
				*l.slot(w) = entry[V]{e.value, w}
			}
		}
	}
	return l
}

// entry is a value with its words, ours first; _ in an alias is a space.
type entry[V any] struct {
	value V
	say   string
}

// slot is the entry of a word that is not blank, or the free one where it belongs.
func (l *lexicon[V]) slot(word string) *entry[V] {
	mask := len(l.slots) - 1
	for at := int(hashText(hashStart, word)) & mask; ; at = (at + 1) & mask {
		if e := &l.slots[at]; e.say == word || e.say == "" {
			return e
		}
	}
}

func (l *lexicon[V]) lookup(word string) (V, bool) {
	e := l.slot(word)
	if e.say == "" {
		e = l.slot(strings.ToLower(word))
	}
	if e.say == "" {
		e = l.slot(strings.ToLower(value.Fold(word)))
	}
	return e.value, e.say != ""
}

// lexicons are the vocabularies of inputs.md, in English and in Chinese.
type lexicons struct {
	tri        lexicon[crm.Tri]
	channel    lexicon[crm.Channel]
	met        lexicon[crm.MetRole]
	rejection  lexicon[crm.Rejection]
	audit      lexicon[crm.AuditStatus]
	role       lexicon[crm.Role]
	kind       lexicon[crm.ContractType]
	dealStatus lexicon[crm.DealStatus]
	terminal   lexicon[crm.Stage]
	contract   lexicon[crm.ContractStatus]
	overlay    lexicon[bool]
	cause      lexicon[crm.OverdueCause]
	step       lexicon[crm.DunningStep]
	void       lexicon[bool]
	refund     lexicon[bool]
	adjustment lexicon[crm.AdjustmentKind]
	margin     lexicon[bool]
	cash       lexicon[bool]
	tier       lexicon[crm.TierMode]
	lead       lexicon[string]
	work       lexicon[bool]
	private    lexicon[crm.Tri]
	in         lexicon[bool]
	result     lexicon[bool]
	drawn      lexicon[crm.AuditKind]
	currency   lexicon[crm.Currency]
}

func newLexicons() *lexicons {
	return &lexicons{
		tri: words(crm.Unknown, entry[crm.Tri]{crm.Yes, strings.Join(value.YesWords, " ")},
			entry[crm.Tri]{crm.No, strings.Join(value.NoWords, " ")}),
		channel: words(crm.ChannelVisit, entry[crm.Channel]{crm.ChannelVisit, "visit 拜访 上门 上门拜访 现场拜访 外勤"},
			entry[crm.Channel]{crm.ChannelSweep, "sweep 扫楼 扫街 陌拜 陌生拜访"},
			entry[crm.Channel]{crm.ChannelPhone, "phone call 电话 电话拜访"},
			entry[crm.Channel]{crm.ChannelOnline, "online video 线上 视频 微信 网络"}),
		met: words(crm.RoleUnknown, entry[crm.MetRole]{crm.RoleKP, "KP key_person 决策人 关键人"},
			entry[crm.MetRole]{crm.RoleDriver, "driver 推动人 推动者 影响人"},
			entry[crm.MetRole]{crm.RoleOther, "other 其他 其它 普通员工"},
			entry[crm.MetRole]{crm.RoleNone, "none nobody 无 无人 没有"}),
		rejection: words(crm.RejectionUnknown, entry[crm.Rejection]{crm.RejectionNone, "none no 无 没有 未拒绝"},
			entry[crm.Rejection]{crm.RejectionSoft, "soft 委婉 委婉拒绝 犹豫"},
			entry[crm.Rejection]{crm.RejectionExplicit, "explicit 明确 明确拒绝 明显拒绝"}),
		audit: words(crm.Unaudited, entry[crm.AuditStatus]{crm.Unaudited, "unaudited 未抽查 未审核 未质检"},
			entry[crm.AuditStatus]{crm.AuditPassed, "passed pass 通过 合格"},
			entry[crm.AuditStatus]{crm.AuditFailed, "failed fail 不通过 未通过 不合格 虚假"}),
		role: words(crm.Role(""), entry[crm.Role]{crm.Seller, "rep seller sales 销售 销售代表 业务员"},
			entry[crm.Role]{crm.Supervisor, "supervisor 主管 销售主管"},
			entry[crm.Role]{crm.AreaManager, "area_manager area_manager 区域经理 城市经理"},
			entry[crm.Role]{crm.RegionalManager, "regional_manager 大区经理 大区总监"},
			entry[crm.Role]{crm.Head, "head 销售总监 总经理 销售负责人"}),
		kind: words(crm.ContractType(""), entry[crm.ContractType]{crm.New, "new 新签 新客 新客户 新单"},
			entry[crm.ContractType]{crm.Renewal, "renewal renew 续签 续约 续费"},
			entry[crm.ContractType]{crm.Expansion, "expansion upsell 增购 扩容 加购"}),
		dealStatus: words(crm.DealOpen, entry[crm.DealStatus]{crm.DealOpen, "open 进行中 跟进中 未结束"},
			entry[crm.DealStatus]{crm.DealWon, "won closed_won 赢单 成交 已成交"},
			entry[crm.DealStatus]{crm.DealLost, "lost closed_lost 输单 丢单"},
			entry[crm.DealStatus]{crm.DealVoid, "void invalid 无效 作废"}),
		terminal: words(crm.StageNone, entry[crm.Stage]{crm.Won, "won closed_won 赢单 成交 已成交"},
			entry[crm.Stage]{crm.Lost, "lost closed_lost 输单 丢单"},
			entry[crm.Stage]{crm.Void, "void 无效 作废"}, entry[crm.Stage]{crm.Collected, "collected 已回款 回款 回收账款"}),
		contract: words(crm.Active, entry[crm.ContractStatus]{crm.Active, "active 有效 生效 生效中 执行中"},
			entry[crm.ContractStatus]{crm.ContractVoid, "void 作废 已作废 无效"},
			entry[crm.ContractStatus]{crm.Notice, "notice 已通知 不续签 不续约"},
			entry[crm.ContractStatus]{crm.Terminated, "terminated 终止 已终止 解除 已解除 解约"},
			entry[crm.ContractStatus]{crm.Superseded, "superseded 已替换 被替代 变更"}),
		overlay: words(false, entry[bool]{false, "sale 销售"}, entry[bool]{true, "overlay 协作 支持"}),
		cause: words(crm.OverdueCause(""), entry[crm.OverdueCause]{crm.CauseFraud, "fraud 欺诈 虚假 虚假承诺"},
			entry[crm.OverdueCause]{crm.CauseQuality, "quality 质量 质量问题"},
			entry[crm.OverdueCause]{crm.CauseUnwilling, "unwilling 恶意拖欠 不愿付款 不愿支付"}),
		step: words(crm.DunningStep(""), entry[crm.DunningStep]{crm.StepDeliveryLetter, "delivery_letter delivery_letter 交付函 送达函"},
			entry[crm.DunningStep]{crm.StepReminder, "reminder 催款 催款函 提醒"},
			entry[crm.DunningStep]{crm.StepOverdueNotice, "overdue_notice overdue_notice 逾期通知 逾期通知书 逾期函"}),
		void: words(false, entry[bool]{true, "void voided cancelled canceled 作废 已作废 红冲"},
			entry[bool]{false, "open issued active paid partial closed 有效 已开票 未收 已收 部分收款"}),
		refund: words(false, entry[bool]{false, "payment 回款 收款 付款"}, entry[bool]{true, "refund 退款"}),
		adjustment: words(crm.AdjustmentKind(""), entry[crm.AdjustmentKind]{crm.CreditNote, "credit_note credit_note 红字 红冲 贷项 折让"},
			entry[crm.AdjustmentKind]{crm.WriteOff, "write_off write_off 核销 坏账 坏账核销"},
			entry[crm.AdjustmentKind]{crm.Recovery, "recovery 收回 坏账收回"}),
		margin: words(false, entry[bool]{false, "revenue 收入 业绩"}, entry[bool]{true, "margin 毛利"}),
		cash:   words(false, entry[bool]{false, "booking 签约 签单"}, entry[bool]{true, "cash 回款 到账"}),
		tier: words(crm.TierMode(""), entry[crm.TierMode]{crm.TierMarginal, "marginal 超额累进 分段"},
			entry[crm.TierMode]{crm.TierWhole, "whole 全额累进 全额"}),
		lead: words("open", entry[string]{"open", "open 跟进中 未跟进 待跟进"}, entry[string]{"converted", "converted 已转化 已转换"},
			entry[string]{"closed", "closed 已关闭 关闭"}, entry[string]{"reclaimed", "reclaimed 已收回 收回 已回收"}),
		work:    words(true, entry[bool]{true, "work 上班 出勤 工作"}, entry[bool]{false, "leave 请假 休假 休息"}),
		private: words(crm.Unknown, entry[crm.Tri]{crm.Yes, "private 私海"}, entry[crm.Tri]{crm.No, "public 公海"}),
		in:      words(false, entry[bool]{true, "in 入 进 转入 捞取"}, entry[bool]{false, "out 出 转出 释放"}),
		result:  words(false, entry[bool]{false, "passed pass 通过 合格"}, entry[bool]{true, "failed fail 不通过 未通过 不合格 虚假"}),
		drawn: words(crm.AuditUnstated, entry[crm.AuditKind]{crm.AuditRandom, "random 随机 随机抽查"},
			entry[crm.AuditKind]{crm.AuditTargeted, "targeted 定向 定向抽查"}),
		currency: words(crm.Currency(""), entry[crm.Currency]{"CNY", "CNY RMB 人民币 人民币元"}, entry[crm.Currency]{"USD", "USD US$ 美元"},
			entry[crm.Currency]{"EUR", "EUR € 欧元"}, entry[crm.Currency]{"GBP", "GBP £ 英镑"}, entry[crm.Currency]{"HKD", "HKD HK$ 港币 港元"},
			entry[crm.Currency]{"JPY", "JPY 日元 円"}),
	}
}
